"""The reference relay: one sale, one step after another, told again from its history (R6 of the design).

It shares ``NEXT`` with the relay and nothing else: what a step does to the sale, to its attempts, to what may
still be cancelled and to the answer is written here a second time. Every item that a run committed must be
what this says it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from payment_core.approval.model import NEXT, Step
from tools.lab.watch import BrokenError

if TYPE_CHECKING:
    from tools.lab.watch import Known

INVARIANT: Final = 6
BODIES_KEPT: Final = 64
CLOSED: Final = frozenset({"DECLINED", "NOT_SENT", "REVERSED"})
CANCELS: Final = frozenset(
    {Step.BEGIN_CANCEL, Step.CANCEL_DONE, Step.CANCEL_PART_DONE, Step.CANCEL_REFUSED, Step.CANCEL_DIFFERS}
)
# What a cancel may come to; one of which something came back is never refused any more.
ENDS_OF_CANCELS: Final = frozenset(
    {
        *(("REQUESTED", step) for step in CANCELS - {Step.BEGIN_CANCEL}),
        *(("IN_DOUBT", step) for step in CANCELS - {Step.BEGIN_CANCEL, Step.CANCEL_DIFFERS}),
        *(("DIFFERS", step) for step in (Step.CANCEL_DONE, Step.CANCEL_PART_DONE)),
    }
)
# What a step has the POS told; a step that is not here leaves the answer as it is.
TELLS: Final[Mapping[Step, tuple[int, str]]] = {
    Step.APPROVE: (201, "APPROVED"),
    **dict.fromkeys((Step.DECLINE, Step.NOT_SENT, Step.GIVE_UP_UNSENT), (201, "DECLINED")),
    **dict.fromkeys((Step.DOUBT, Step.DOUBT_VAN_OWNED, Step.GIVE_UP_REVERSING), (202, "BEING_REVERSED")),
    **dict.fromkeys(
        (Step.POS_TOMBSTONE, Step.POS_UNDO, Step.POS_UNDO_VAN_OWNED, Step.POS_UNDO_IDLE), (201, "DECLINED")
    ),
}
UNDOES: Final = frozenset({Step.POS_UNDO, Step.POS_UNDO_VAN_OWNED})
OWNED_BY_THE_VAN: Final = frozenset({Step.DOUBT_VAN_OWNED, Step.POS_UNDO_VAN_OWNED})
OWNED_BY_US: Final = frozenset({Step.DOUBT, Step.DOUBT_GO_ON, Step.POS_UNDO})


@dataclass
class Sale:
    """The sale as it must stand."""

    sale_id: str
    decision: str = "ABSENT"
    attempts: list[str] = field(default_factory=lambda: ["ABSENT", "ABSENT"])
    amount_won: int = 0
    vat_won: int = 0
    left_won: int = 0
    left_vat_won: int = 0
    open_cancel: str = ""
    cancels: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    told: tuple[int, str] | None = None
    steps: int = 0


def replay(known: Known) -> Sale:
    """Tell a sale again from everything that was committed of it.

    Raises:
        BrokenError: some item is not what it must be.
    """
    sale, read = Sale(known.sale_id), _Reader()
    for image in known.images:
        _follow(sale, read.item(image))
    return sale


def _follow(sale: Sale, item: dict[str, Any]) -> None:
    history = item["history"]
    if len(history) == sale.steps + 1:
        _step(sale, history[-1], item)
        sale.steps += 1
    elif len(history) != sale.steps:
        raise _differs(sale, "lines of history", sale.steps, len(history))
    _compare(sale, item)


def _step(sale: Sale, entry: dict[str, Any], item: dict[str, Any]) -> None:
    step = Step(entry["step"])
    if step in {Step.ACCEPT, Step.POS_TOMBSTONE}:
        sale.amount_won, sale.vat_won = item["amount_won"], item["vat_won"]
    index = _index(sale, step, item)
    if step in UNDOES and sale.decision == "APPROVED" and sale.left_won != sale.amount_won:
        raise _differs(sale, f"left before {step}", sale.amount_won, sale.left_won)
    _require_allowed(sale, step, index)
    rule = NEXT[step]
    if rule.decision.to is not None:
        sale.decision = rule.decision.to
    if index is not None and rule.attempt is not None and rule.attempt.to is not None:
        sale.attempts[index] = rule.attempt.to
        _require_owner_of_the_undoing(sale, step, item[f"a{index}"])
        _require_the_whole(sale, step, item[f"a{index}"], entry["evidence"])
    if step is Step.APPROVE:
        sale.left_won, sale.left_vat_won = sale.amount_won, sale.vat_won
    if step in UNDOES:
        sale.left_won = sale.left_vat_won = 0
    if step in CANCELS:
        _cancel(sale, step, entry["evidence"], item["cancels"])
    if step in TELLS:
        sale.told = TELLS[step]
        if step is Step.APPROVE:
            _require_approved_words(sale, item, index)


def _index(sale: Sale, step: Step, item: dict[str, Any]) -> int | None:
    """The attempt that a step is about: the one that moved."""
    rule = NEXT[step].attempt
    if rule is None or rule.to is None:
        return None
    now = [item[a]["state"] if a in item else "ABSENT" for a in ("a0", "a1")]
    moved = [index for index, state in enumerate(now) if state != sale.attempts[index]]
    if len(moved) != 1:
        raise _differs(sale, f"attempts moved by {step}", 1, len(moved))
    return moved[0]


def _require_allowed(sale: Sale, step: Step, index: int | None) -> None:
    rule = NEXT[step]
    if sale.decision not in rule.decision.came_from:
        raise _differs(sale, f"decision before {step}", sorted(rule.decision.came_from), sale.decision)
    if rule.every_attempt is not None and not set(sale.attempts) <= set(map(str, rule.every_attempt)):
        raise _differs(sale, f"attempts before {step}", sorted(rule.every_attempt), sale.attempts)
    if index is None or rule.attempt is None:
        return
    if sale.attempts[index] not in rule.attempt.came_from:
        raise _differs(sale, f"attempt before {step}", sorted(rule.attempt.came_from), sale.attempts[index])
    if step is Step.INTENT and not set(sale.attempts[:index]) <= CLOSED:
        raise _differs(sale, "the attempt before the second", sorted(CLOSED), sale.attempts[0])


def _require_owner_of_the_undoing(sale: Sale, step: Step, attempt: dict[str, Any]) -> None:
    """Who undoes an attempt was frozen at its intent."""
    mode = attempt["net_cancel_mode"]
    if (step in OWNED_BY_THE_VAN and mode != "VAN_OWNED") or (step in OWNED_BY_US and mode == "VAN_OWNED"):
        raise _differs(sale, f"net_cancel_mode at {step}", "the other one", mode)


def _require_the_whole(sale: Sale, step: Step, attempt: dict[str, Any], evidence: dict[str, str]) -> None:
    """A cancel ends an undoing only if it took back all that was approved; what it left, only an inquiry."""
    if step is not Step.REVERSAL_CONFIRMED:
        return
    approved, left_won = str(attempt.get("approved_won", 0)), attempt.get("left_won", 0)
    if (cancelled := evidence.get("cancelled_won", approved)) != approved:
        raise _differs(sale, "won that the undoing took back", approved, cancelled)
    if left_won and evidence["reason"] != "inquiry: not approved":
        raise _differs(sale, "won that a cancel left, once it is closed", 0, left_won)


def _cancel(sale: Sale, step: Step, evidence: dict[str, str], cancels: dict[str, Any]) -> None:
    name = evidence["cancel"]
    if step is Step.BEGIN_CANCEL:
        amount_won, vat_won = int(evidence["amount_won"]), int(evidence["vat_won"])
        if (
            name in sale.cancels
            or not 0 < amount_won <= sale.left_won
            or not 0 <= vat_won <= sale.left_vat_won
        ):
            raise _differs(sale, f"cancel {name} at most", sale.left_won, amount_won)
        sale.left_won -= amount_won
        sale.left_vat_won -= vat_won
        if sale.left_vat_won > sale.left_won:
            raise _differs(sale, "VAT left at most", sale.left_won, sale.left_vat_won)
        sale.cancels[name] = "REQUESTED", amount_won, vat_won
        sale.open_cancel = name
        return
    state, amount_won, vat_won = sale.cancels[name]
    if sale.open_cancel != name or (state, step) not in ENDS_OF_CANCELS:
        raise _differs(sale, f"cancel {name} before {step}", "open", state)
    if step is Step.CANCEL_DIFFERS:
        sale.cancels[name] = _of_a_person(cancels[name]), amount_won, vat_won
        return
    sale.open_cancel = ""
    if step is Step.CANCEL_REFUSED:
        sale.left_won += amount_won
        sale.left_vat_won += vat_won
    elif (step is Step.CANCEL_DONE) != (sale.left_won == 0):
        raise _differs(sale, f"left after {step}", "the other", sale.left_won)
    sale.cancels[name] = "REFUSED" if step is Step.CANCEL_REFUSED else "DONE", amount_won, vat_won


def _require_approved_words(sale: Sale, item: dict[str, Any], index: int | None) -> None:
    words, attempt = json.loads(item["answer"]["body"]), item[f"a{index}"]
    told = words["approval_number"], words["destination"], words["remaining_amount_won"], words["sale_id"]
    stored = attempt["approval_number"], attempt["destination"], sale.amount_won, sale.sale_id
    if told != stored or not told[0]:
        raise _differs(sale, "approved answer", stored, told)


def _compare(sale: Sale, item: dict[str, Any]) -> None:
    attempts = [item[a]["state"] if a in item else "ABSENT" for a in ("a0", "a1")]
    cancels = {
        name: (_of_a_person(one) or one["state"], one["amount_won"], one["vat_won"])
        for name, one in item["cancels"].items()
    }
    for what, must, is_now in (
        ("decision", sale.decision, item["decision"]),
        ("attempts", sale.attempts, attempts),
        ("amount", sale.amount_won, item["amount_won"]),
        ("left", sale.left_won, item["cancellable_won"]),
        ("VAT left", sale.left_vat_won, item["cancellable_vat_won"]),
        ("cancels", sale.cancels, cancels),
        ("open cancel", sale.open_cancel, item.get("open_cancel", "")),
    ):
        if must != is_now:
            raise _differs(sale, what, must, is_now)
    answer = item.get("answer")
    told = (answer["http_status"], _state(answer["body"])) if answer else None
    if told != sale.told:
        raise _differs(sale, "answer", sale.told, told)


@lru_cache(maxsize=BODIES_KEPT)
def _state(body: str) -> str:
    """What an answer tells; each image of a sale has the same one."""
    told: str = json.loads(body)["state"]
    return told


def _of_a_person(cancel: dict[str, Any]) -> str:
    """Why a person owns a cancel; empty where nobody does."""
    if cancel["state"] != "MANUAL":
        return ""
    return "DIFFERS" if "taken_back_won" in cancel else "IN_DOUBT"


def _differs(sale: Sale, what: str, must: object, is_now: object) -> BrokenError:
    return BrokenError(INVARIANT, f"{sale.sale_id} at step {sale.steps}: {what} must be {must}, not {is_now}")


class _Reader:
    """Reads items without the relay's own reader; what the images of a sale share is read once."""

    def __init__(self) -> None:
        self._read: dict[int, Any] = {}

    def item(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Read the names and values of a map."""
        return {
            name: value["S"] if "S" in value else int(value["N"]) if "N" in value else self.plain(value)
            for name, value in item.items()
        }

    def plain(self, value: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- DynamoDB's wire form
        """Read strings, whole numbers, maps and lists."""
        ((kind, inner),) = value.items()
        match kind:
            case "S":
                return inner
            case "N":
                return int(inner)
            case "M":
                found = self._read.get(id(inner))
                if found is None:
                    found = self._read[id(inner)] = self.item(inner)
                return found
            case "L":
                return [one["S"] if "S" in one else self.plain(one) for one in inner]
            case _:
                return {kind: inner}
