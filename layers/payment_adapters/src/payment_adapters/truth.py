"""What stands, as cases see it: the parts of sales, the differences of journals, and settlement's breaks.

Implements the core's ``Truth`` port (payment_core/cases/ports.py). Evidence holds nothing that moves with
every try, so that a case is written only when something is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from payment_adapters.aws.event_stream import Event
from payment_adapters.tables.findings import DynamoFindings
from payment_adapters.tables.sales import DynamoSales
from payment_core.approval.by_hand import cancel_may_be_disproved, cancel_may_be_proved, may_be_proved
from payment_core.approval.lanes import Lane, can_fill_cancel, may_be_told
from payment_core.approval.model import (
    OPEN_ATTEMPTS,
    AttemptState,
    Cancel,
    CancelState,
    Decision,
    Entry,
    Sale,
    SaleId,
    Step,
)
from payment_core.approval.ports import Profile
from payment_core.approval.pos_net_cancel import is_whole
from payment_core.approval.standing import sentence
from payment_core.cases.model import Action, Case
from payment_core.cases.ports import Part, Stand, Truth
from payment_core.events.difference import DifferenceFoundV1
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.kernel.language import Language
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.findings import Finding, FindingState
from payment_core.reconciliation.pos_journal import Kind

STANDS: Final[Mapping[AttemptState, Stand]] = {
    AttemptState.INTENT: Stand.WAITING,
    AttemptState.UNRESOLVED: Stand.WAITING,
    AttemptState.REVERSING: Stand.UNDOING,
    AttemptState.MANUAL: Stand.REFUSED,
}
LANES: Final[Mapping[Action, Lane]] = {
    Action.SEND_AGAIN: Lane.NET_CANCEL,
    Action.INQUIRE: Lane.INQUIRY,
    Action.CANCEL: Lane.CANCEL,
}
WHOLE: Final = "sale"  # the part of a sale that is none of its attempts or cancels: whether it is decided
CANCEL: Final = "cancel-"
AT_MOST: Final = 1_000  # open sales of one look; the next one sees the rest
ANY_TIME_MS: Final = 4_102_444_800_000  # the year 2100: every next action is due by then
UNDONE_FOR_THE_SHOP: Final = frozenset({Kind.NOT_IN_JOURNAL, Kind.AMOUNT_DIFFERS})
JOURNAL: Final = "journal"  # a finding's subject where it is about a whole journal


@dataclass(frozen=True)
class StandingTruth:
    """The payments table, the findings of comparisons, and what contracts say."""

    sales: DynamoSales
    findings: DynamoFindings
    profile: Callable[[str], Profile]

    def of_sale(self, sale_id: str) -> list[Part]:
        """Read a sale, and tell its parts."""
        sale = self.sales.read(SaleId.parse(sale_id))
        return list(parts_of(sale, self.profile)) if sale else []

    def of_difference(self, about: str, part: str) -> Part | None:
        """Read the terminal's date that the id names."""
        found = map(part_of, self.findings.of(day_of(about)))
        difference = next((one for one in found if (one.about, one.part) == (about, part)), None)
        if difference is None or difference.stand is Stand.ENDED:
            return difference
        named = difference.evidence.get("sale")
        sale = self.sales.read(SaleId.parse(named)) if named else None
        return replace(difference, may=_may_of_difference(Kind(part), sale, self.profile))

    def of_break(self, case: Case) -> Part | None:
        """Read the break that the case's evidence names."""
        from payment_adapters.settling.repairing import part_of_case  # noqa: PLC0415 -- seldom, and more to load

        return part_of_case(case)

    def open_parts(self) -> Iterator[Part]:
        """Read the index of open money, then each sale as it stands."""
        for sale in self.sales.read_all(self.sales.due(ANY_TIME_MS, AT_MOST)):
            yield from (one for one in parts_of(sale, self.profile) if one.stand is not Stand.ENDED)


def day_of(about: str) -> Day:
    """The terminal's date that the id of a sale, a cancel or a journal names."""
    merchant, terminal, epoch, business_date, *_ = about.split("-")
    return Day(business_date, f"{merchant}-{terminal}-{epoch}")


def parts_named(event: Event, truth: Truth) -> Sequence[Part]:
    """What an event points at; nothing, where a case is about none of it."""
    if isinstance(event, SaleMovedV2):
        return truth.of_sale(event.subject)
    if isinstance(event, DifferenceFoundV1):
        about = event.cancel_id or event.sale_id or f"{event.terminal}-{event.business_date}"
        difference = truth.of_difference(about, event.kind)
        return [difference] if difference else []
    return []


def parts_of(sale: Sale, profile: Callable[[str], Profile]) -> Iterator[Part]:
    """Every part of a sale that a case may be about."""
    for index in range(len(sale.attempts)):
        yield _attempt(sale, index, profile)
    for name in sale.cancels:
        if sale.cancels[name].state is not CancelState.REFUND:
            yield _cancel(sale, name)
    yield _whole(sale)


def part_of(finding: Finding) -> Part:
    """A difference as a part; a settled or a proved one has ended."""
    one, day = finding.difference, finding.day
    is_open = finding.state is FindingState.OPEN
    about = f"{day.terminal}-{day.business_date}" if finding.subject == JOURNAL else finding.subject
    said = {"sale": one.sale_id, "our_won": str(one.our_won), "journal_won": str(one.journal_won)}
    ended = finding.proof or {"settled_by": "a comparison", "version": str(finding.version)}
    return Part(
        about=about,
        part=str(one.kind),
        stand=Stand.DIFFERS if is_open else Stand.ENDED,
        since_ms=finding.since_ms,
        won=abs(one.our_won - one.journal_won) or one.our_won,
        evidence={name: text for name, text in (said if is_open else ended).items() if text},
        told={language: one.sentence(language) for language in Language},
    )


def open_part(sale: Sale, profile: Callable[[str], Profile]) -> Part | None:
    """What of a sale is not known yet, of several the first."""
    return next((one for one in parts_of(sale, profile) if one.stand is not Stand.ENDED), None)


def _may_of_difference(
    kind: Kind, sale: Sale | None, profile: Callable[[str], Profile]
) -> tuple[Action, ...]:
    """Ask again for what is unknown; undo what is whole and no till shows so; all else is proved by people.

    An unknown is proved of the sale, in the sale's own case, and never here.
    """
    if kind is Kind.STILL_UNKNOWN:
        unknown = open_part(sale, profile) if sale else None
        return tuple(one for one in unknown.may if one is not Action.PROVE) if unknown else ()
    undoes = kind in UNDONE_FOR_THE_SHOP and sale is not None and is_whole(sale)
    return (Action.UNDO, Action.PROVE) if undoes else (Action.PROVE,)


def _attempt(sale: Sale, index: int, profile: Callable[[str], Profile]) -> Part:
    attempt, contract = sale.attempts[index], profile(sale.attempts[index].destination)
    began, last = _moves(sale, index)
    window_ms = contract.net_cancel_window_seconds * 1_000
    is_open = attempt.state in OPEN_ATTEMPTS
    known = {
        "trace_number": attempt.trace_number,
        "approval_number": attempt.approval_number,
        "approved_won": str(attempt.approved_won or ""),
        "left_won": str(attempt.left_won or ""),
    }
    told = {name: text for name, text in {**known, **last.evidence}.items() if text}
    return Part(
        about=str(sale.sale_id),
        part=f"a{index}",
        stand=STANDS.get(attempt.state, Stand.ENDED),
        since_ms=began.at_ms,
        won=attempt.left_won or attempt.approved_won or sale.amount_won,
        destination=attempt.destination,
        tries=attempt.tries,
        net_cancel_until_ms=attempt.intent_at_ms + window_ms,
        is_late=began.step is Step.LATE_APPROVAL,
        evidence=told if is_open else _end(last),
        may=_may(sale, index, contract),
    )


def _may(sale: Sale, index: int, contract: Profile) -> tuple[Action, ...]:
    lanes = may_be_told(sale.attempts[index], contract, can_fill=can_fill_cancel(sale))
    proves = (Action.PROVE,) if may_be_proved(sale, index) else ()
    return (*(action for action, lane in LANES.items() if lane in lanes), *proves)


def _cancel(sale: Sale, name: str) -> Part:
    cancel = sale.cancels[name]
    is_open, is_manual = name == sale.open_cancel, cancel_may_be_proved(sale, name)
    ends = [entry for entry in sale.history if entry.evidence.get("cancel") == name]
    approved = sale.approved_attempt
    return Part(
        about=str(sale.sale_id),
        part=f"{CANCEL}{name}",
        stand=Stand.REFUSED if is_manual else Stand.WAITING if is_open else Stand.ENDED,
        since_ms=cancel.requested_at_ms,
        won=abs(cancel.amount_won - (cancel.taken_back_won or 0)),
        destination=approved.destination if approved else "",
        tries=cancel.tries,
        evidence=_known_of(cancel) if is_open else _end(ends[-1]),
        may=_may_of_cancel(sale, name),
        told={language: sentence(sale, language) for language in Language} if is_manual else {},
    )


def _may_of_cancel(sale: Sale, name: str) -> tuple[Action, ...]:
    if name != sale.open_cancel:
        return ()
    if not cancel_may_be_proved(sale, name):
        return (Action.SEND_AGAIN,)
    return (Action.PROVE, Action.DISPROVE) if cancel_may_be_disproved(sale, name) else (Action.PROVE,)


def _known_of(cancel: Cancel) -> dict[str, str]:
    back = "" if cancel.taken_back_won is None else str(cancel.taken_back_won)
    known = {"trace_number": cancel.trace_number, "code": cancel.response_code, "taken_back_won": back}
    return {name: text for name, text in known.items() if text}


def _whole(sale: Sale) -> Part:
    waits = sale.decision is Decision.RECEIVED and not OPEN_ATTEMPTS.intersection(sale.attempt_states())
    return Part(
        about=str(sale.sale_id),
        part=WHOLE,
        stand=Stand.WAITING if waits else Stand.ENDED,
        since_ms=sale.received_at_ms,
        won=sale.amount_won,
        evidence={} if waits else _end(sale.history[-1]),
    )


def _moves(sale: Sale, index: int) -> tuple[Entry, Entry]:
    """When the attempt last became open, and when it last moved."""
    before, began, last = AttemptState.ABSENT, sale.history[0], sale.history[0]
    for entry in sale.history:
        now = entry.attempts[index]
        if now in OPEN_ATTEMPTS and before not in OPEN_ATTEMPTS:
            began = entry
        if now is not before:
            last = entry
        before = now
    return began, last


def _end(entry: Entry) -> dict[str, str]:
    """What ended it: which step, whose, on what."""
    return {"step": str(entry.step), "by": entry.by, **entry.evidence}
