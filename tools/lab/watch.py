"""The watch: what must hold at every step of every run, whatever goes wrong (S of the design's invariants).

It reads what was committed, what stands in the counterparties' books, which telegram arrived and what a till
is told. It knows more than any part of the relay does, and tells none of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from payment_core.approval.model import OPEN_ATTEMPTS, OPEN_DECISIONS
from payment_core.approval.ports import Profile
from tools.lab.counterparties import Counterparty, Heard
from tools.lab.evidence import Evidence
from tools.lab.fleet import Asked
from tools.simulators.books import Authorisation, Fate, Key
from tools.simulators.faults import Fault, Kind

Image = Mapping[str, Any]

NOTHING_CHARGED: Final = frozenset({"DECLINED", "BEING_REVERSED", "REVERSED", "CANCELLED"})
MAY_BE_UNDONE: Final = frozenset({"REVERSING", "UNRESOLVED", "MANUAL", "REVERSED"})
LIES: Final = frozenset({Fault.PRETEND, Fault.RESURRECT})
HORIZON_MS: Final = 120_000  # of every contract here; 0 where an unmatched net-cancel leaves a tombstone
OPENS: Final = frozenset(map(str, OPEN_ATTEMPTS))
AUTHORISES: Final = frozenset({Kind.AUTHORISE, Kind.CASH_RECEIPT})  # a receipt lives in the books as well
UNDECIDED: Final = frozenset(map(str, OPEN_DECISIONS))


SKEW_MS: Final = 6_000  # a sandbox's clock may be off by five seconds


class BrokenError(Exception):
    """An invariant does not hold."""

    def __init__(self, invariant: int, what: str) -> None:
        """Name it, and say what was seen."""
        super().__init__(f"invariant {invariant}: {what}")
        self.invariant = invariant
        self.what = what


@dataclass(eq=False)
class Known:
    """What the watch knows of one sale.

    Attributes:
        decision: Its decision, and the states of its attempts, as they were committed last.
        answers: Every answer that was ever stored for it.
        placed: Attempt → where its authorisation arrived, and under which name in the books.
        evidence: What counterparties said of it.
        is_lied_about: A counterparty said that it undid what it did not, held the money again afterwards, or
            refused to repeat what it had done by another amount: only reconciliation can tell.
    """

    sale_id: str
    image: Image
    decision: str = "ABSENT"
    attempts: tuple[str, ...] = ()
    answers: set[str] = field(default_factory=set)
    placed: dict[int, tuple[str, Key]] = field(default_factory=dict)
    images: list[Image] = field(default_factory=list)
    is_undone_for_pos: bool = False
    is_lied_about: bool = False
    evidence: Evidence = field(default_factory=Evidence)
    was_approved: bool = False
    opened_at_ms: int = -1

    def take(self, image: Image) -> None:
        """Have it stand as it was committed."""
        self.image, self.decision = image, image["decision"]["S"]
        self.images.append(image)
        self.attempts = tuple(image[a]["M"]["state"]["S"] for a in ("a0", "a1") if a in image)
        if "answer" in image:
            self.answers.add(image["answer"]["M"]["body"]["S"])

    @property
    def is_open(self) -> bool:
        """Whether money may still be on its way."""
        return self.decision in UNDECIDED or not OPENS.isdisjoint(self.attempts)


class Watch:
    """Looks at one run.

    Attributes:
        sales: By id.
        open: Those of them that are open: a month has thousands, and few of them at a time.
        seen: The "sometimes" twin of each invariant: how often it had something to forbid.
    """

    def __init__(
        self,
        parties: Callable[[str], Counterparty | None],
        profile: Callable[[str], Profile],
        now_ms: Callable[[], int],
    ) -> None:
        """Take where the books are."""
        self.sales: dict[str, Known] = {}
        self.open: dict[str, Known] = {}
        self.seen: Counter[int] = Counter()
        self.told: list[tuple[int, str, str, int, str]] = []
        self._parties = parties
        self._profile = profile
        self._now_ms = now_ms
        self._names: dict[tuple[str, Key], tuple[str, int]] = {}

    # What was committed

    def committed(self, old: Image | None, new: Image) -> None:
        """A sale's item was written."""
        sale_id = "-".join(new["PK"]["S"].split("#")[1:])
        known = self.sales.get(sale_id)
        if known is None:
            known = self.sales[sale_id] = Known(sale_id, new)
        before, attempts_before = known.decision, known.attempts
        known.take(new)
        if known.is_open:
            self.open[sale_id] = known
        else:
            self.open.pop(sale_id, None)
        self._has_an_owner(known)
        if known.decision == before and known.attempts == attempts_before:
            return
        if len(new["history"]["L"]) != (len(old["history"]["L"]) if old else 0) + 1:
            raise BrokenError(9, f"{sale_id} moved without a line of history")
        self._moved(known, before, attempts_before)

    def _moved(self, known: Known, before: str, attempts_before: tuple[str, ...]) -> None:
        """What no transition may come to."""
        sale_id = known.sale_id
        if known.is_undone_for_pos:
            self.seen[4] += 1
            if known.decision not in {"REVERSE", "DECLINED", "CANCELLED"}:
                raise BrokenError(
                    4, f"{sale_id} became {known.decision} after its POS was told that it is undone"
                )
        self._has_evidence(known, before, attempts_before)
        if known.decision == "APPROVED" and before == "RECEIVED":
            self._approved(known)
        for index, (was, now) in enumerate(zip((*attempts_before, ""), known.attempts, strict=False)):
            if now == "REVERSED" and was != "REVERSED":
                self._closed(known, index)
        if "INTENT" in known.attempts[1:] and known.attempts[1] == "INTENT":
            self.seen[3] += 1
            if known.attempts[0] not in {"DECLINED", "NOT_SENT", "REVERSED"}:
                raise BrokenError(3, f"{sale_id} has a second attempt while the first is {known.attempts[0]}")
            first = self._booked(known, 0)
            is_known = known.attempts[0] != "REVERSED"  # else its decline was never heard
            if is_known and first is not None and first.fate is Fate.DECLINED:
                raise BrokenError(3, f"{sale_id} was declined, and is tried elsewhere")

    def _has_an_owner(self, known: Known) -> None:
        """Invariants 5 and 9: open money has an owner and a moment, closed money has none."""
        image = known.image
        owned = {"owner", "next_action_at_ms", "open_bucket"} & image.keys()
        if known.is_open:
            self.seen[5] += 1
            if len(owned) != 3:  # noqa: PLR2004 -- all of the set above
                raise BrokenError(5, f"{known.sale_id} is open and has only {sorted(owned)}")
            known.opened_at_ms = known.opened_at_ms if known.opened_at_ms >= 0 else self._now_ms()
        else:
            known.opened_at_ms = -1
            if owned:
                raise BrokenError(5, f"{known.sale_id} is closed and still has {sorted(owned)}")
        if "gone_at" in image:
            raise BrokenError(9, f"{known.sale_id} would be forgotten")

    def _has_evidence(self, known: Known, before: str, attempts_before: tuple[str, ...]) -> None:
        """Invariant 9: what was open is closed by what a destination said, or because nothing was sent."""
        self.seen[9] += known.attempts != attempts_before
        missing = known.evidence.missing(attempts_before, known.attempts, known.placed)
        if before == "CANCELLING":
            self.seen[9] += 1
            cancel = known.image["history"]["L"][-1]["M"]["evidence"]["M"]["cancel"]["S"]
            missing = "" if cancel in known.evidence.cancels else f"nobody had answered cancel {cancel}"
        if missing:
            raise BrokenError(9, f"{known.sale_id}: {missing}")

    def _approved(self, known: Known) -> None:
        """Invariants 1, 10 and 11: behind an approval one authorisation is live, of its amount and number."""
        known.was_approved = True
        self.seen[1] += 1
        index = known.attempts.index("APPROVED")
        live = self.live(known)
        number = known.image[f"a{index}"]["M"]["approval_number"]["S"]
        if [place for place, _ in live] != [index] and not known.is_lied_about:
            raise BrokenError(1, f"{known.sale_id} is approved and {len(live)} authorisations are live")
        for one in (one for place, one in live if place == index):
            self.seen[10] += 1
            self.seen[11] += 1
            if one.amount_won != int(known.image["amount_won"]["N"]):
                raise BrokenError(10, f"{known.sale_id} is live with {one.amount_won:,} won")
            if one.approval_number.strip() != number.strip():
                raise BrokenError(11, f"{known.sale_id} has the approval number of another sale")

    def _closed(self, known: Known, index: int) -> None:
        """Invariant 2: what is closed as reversed is not live."""
        self.seen[2] += 1
        if any(place == index for place, _ in self.live(known)) and not known.is_lied_about:
            raise BrokenError(2, f"{known.sale_id} closed attempt {index} as reversed while it is live")

    # What happened at the counterparties

    def telegram(self, heard: Heard) -> None:
        """A telegram arrived, and nothing was done about it yet."""
        words = heard.about.payload if heard.about is not None else {}
        known = self.sales.get(words.get("sale_id", ""))
        if known is None:
            if heard.asked.kind in AUTHORISES:
                raise BrokenError(1, "an authorisation arrived for a sale that nobody claimed")
            return
        if heard.asked.kind in AUTHORISES:
            self._authorised(known, words["attempt"], heard)
        elif heard.asked.kind is Kind.NET_CANCEL:
            self.seen[2] += 1
            known.is_lied_about |= heard.fault in LIES or self._denies_what_is_live(
                known, words["attempt"], heard
            )
            state = known.attempts[words["attempt"]] if words["attempt"] < len(known.attempts) else "ABSENT"
            if "a0" in known.image and self._mode(known, words["attempt"]) == "VAN_OWNED":
                raise BrokenError(2, f"{known.sale_id} is the VAN's to undo, and payrelay sent a net-cancel")
            if state not in MAY_BE_UNDONE:
                raise BrokenError(2, f"a net-cancel of {known.sale_id} arrived while its attempt is {state}")

        elif heard.asked.kind is Kind.CANCEL:
            known.is_lied_about |= heard.fault is Fault.REFUSED and self._took_another_amount(known)

    def _took_another_amount(self, known: Known) -> bool:
        """Whether the destination took back what nobody asked for: one that then refuses never says so."""
        if "open_cancel" not in known.image:
            return False
        left_won = int(known.image["cancellable_won"]["N"])
        asked = known.image["cancels"]["M"][known.image["open_cancel"]["S"]]["M"]
        held_won = sum(one.remaining_won for _, one in self.live(known))
        return held_won not in {left_won, left_won + int(asked["amount_won"]["N"])}

    @staticmethod
    def _mode(known: Known, index: int) -> str:
        mode: str = known.image[f"a{index}"]["M"]["net_cancel_mode"]["S"]
        return mode

    def _denies_what_is_live(self, known: Known, index: int, heard: Heard) -> bool:
        """Whether "not found" is said when it counts: nobody but reconciliation could know better."""
        if heard.fault is not Fault.NOT_FOUND:
            return False
        tombstone = self._profile(heard.destination).leaves_tombstone
        intent_at_ms = int(known.image[f"a{index}"]["M"]["intent_at_ms"]["N"])
        return tombstone or self._now_ms() - intent_at_ms > HORIZON_MS - SKEW_MS

    def _authorised(self, known: Known, index: int, heard: Heard) -> None:
        """Laws 1 and invariants 3 and 7: intent before the wire, once, under a number of its own."""
        self.seen[3] += 1
        self.seen[7] += 1
        name = heard.destination, heard.asked.key
        if index >= len(known.attempts):
            raise BrokenError(1, f"an authorisation of {known.sale_id} arrived without an intent")
        if index in known.placed:
            raise BrokenError(3, f"attempt {index} of {known.sale_id} was sent twice")
        if name in self._names:
            raise BrokenError(
                7, f"{known.sale_id} and {self._names[name][0]} share the number {name[1].serial}"
            )
        state = known.attempts[index]
        # What arrives after its net-cancel is declined by who leaves a tombstone, whoever delayed it.
        may_be_late = known.is_lied_about or self._profile(heard.destination).leaves_tombstone
        if state in {"NOT_SENT", "DECLINED"} or (state == "REVERSED" and not may_be_late):
            raise BrokenError(2, f"attempt {index} of {known.sale_id} arrived after it was {state}")
        if known.image[f"a{index}"]["M"]["destination"]["S"] != heard.destination:
            raise BrokenError(1, f"attempt {index} of {known.sale_id} went to {heard.destination}")
        known.placed[index] = name
        self._names[name] = known.sale_id, index

    def books(self, heard: Heard) -> None:
        """The books of a counterparty may have changed."""
        words = heard.about.payload if heard.about is not None else {}
        known = self.sales.get(words.get("sale_id", ""))
        if known is None:
            return
        known.evidence.hear(heard)
        live = self.live(known)
        if live:
            self.seen[13] += 1
        if len(live) > 1 and not known.is_lied_about:
            raise BrokenError(3, f"{known.sale_id} is live {len(live)} times")
        for index, _ in live:
            if known.attempts[index] == "REVERSED" and not known.is_lied_about:
                raise BrokenError(2, f"{known.sale_id} became live after its attempt was closed as reversed")

    def live(self, known: Known) -> list[tuple[int, Authorisation]]:
        """The authorisations of a sale that hold money now."""
        booked = [(index, self._booked(known, index)) for index in known.placed]
        return [(index, one) for index, one in booked if one is not None and one.is_live]

    def _booked(self, known: Known, index: int) -> Authorisation | None:
        """What a destination has of an attempt."""
        name, key = known.placed.get(index, ("", None))
        party = self._parties(name)
        return party.books.find(key) if party and key else None

    # What tills are told

    def answered(self, asked: Asked, told: dict[str, Any]) -> None:
        """An answer leaves the gateway."""
        status, kind, sale_id = (
            told["statusCode"],
            kind_of(asked.asks.method, asked.asks.path),
            asked.asks.sale_id,
        )
        try:
            words: dict[str, Any] = json.loads(told["body"])
        except ValueError:
            words = {}
        state = str(words.get("state", ""))
        self.told.append((self._now_ms(), kind, sale_id, status, state or str(words.get("code", ""))))
        known = self.sales.get(sale_id)
        if kind == "journal":  # it is about many sales, and moves none
            return
        if status >= 300 or known is None:  # noqa: PLR2004 -- a problem
            if status < 300 and known is None:  # noqa: PLR2004 -- the same
                raise BrokenError(6, f"{sale_id} was answered with {state} and stands nowhere")
            if status == 409:  # noqa: PLR2004 -- Conflict
                self.seen[6] += 1
            return
        if kind == "approve":
            self._told_of_sale(known, asked, words, told["body"])
        elif kind == "net_cancel":
            if state not in NOTHING_CHARGED or known.decision not in {"REVERSE", "DECLINED", "CANCELLED"}:
                raise BrokenError(4, f"{sale_id} is {known.decision}, and its POS was told {state}")
            known.is_undone_for_pos = True
        elif kind == "cancel":
            self._told_of_cancel(known, words)

    def _told_of_sale(self, known: Known, asked: Asked, words: dict[str, Any], body: str) -> None:
        """Invariants 1 and 6: only what is stored is told, and "approved" only where it was durable."""
        self.seen[6] += 1
        asked_won = json.loads(asked.asks.body)["amount_won"]
        if known.image["fingerprint"]["S"] and int(known.image["amount_won"]["N"]) != asked_won:
            raise BrokenError(6, f"{known.sale_id} was answered to a request for {asked_won:,} won")
        if body not in known.answers:
            raise BrokenError(6, f"{known.sale_id} was answered with words that were never stored")
        if words["state"] == "APPROVED":
            if not known.was_approved:
                raise BrokenError(1, f"{known.sale_id} was told APPROVED before that was durable")
            if known.decision == "APPROVED" and not self.live(known) and not known.is_lied_about:
                raise BrokenError(1, f"{known.sale_id} was told APPROVED and nothing is live")

    def _told_of_cancel(self, known: Known, words: dict[str, Any]) -> None:
        """Invariant 13: "done" is told only of money that is back."""
        cancel = words["cancel"]
        if cancel["state"] != "DONE":
            return
        self.seen[13] += 1
        stored = known.image["cancels"]["M"].get(cancel["id"], {}).get("M", {})
        if stored.get("state", {}).get("S") != "DONE":
            raise BrokenError(
                13, f"{known.sale_id} was told that cancel {cancel['id']} is done, and it is not"
            )
        held_won = sum(one.remaining_won for _, one in self.live(known))
        done_won = sum(
            int(one["M"]["amount_won"]["N"])
            for one in known.image["cancels"]["M"].values()
            if one["M"]["state"]["S"] == "DONE"
        )
        most_won = int(known.image["amount_won"]["N"]) - done_won
        if held_won > most_won and not known.is_lied_about:
            raise BrokenError(13, f"{known.sale_id} still holds {held_won:,} won of {most_won:,}")


def kind_of(method: str, path: str) -> str:
    """What a request of a till is, by its address."""
    if method == "GET":
        return "look"
    if path.endswith("/cancels"):
        return "cancel"
    if path.endswith("/journals"):
        return "journal"
    return "net_cancel" if path.endswith("/net-cancels") else "approve"
