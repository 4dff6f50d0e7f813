"""Planted bugs: every guard, order, timer and retry of the relay, broken on purpose, must be noticed.

Each puts one wrong thing in the place of one right thing while it is played; nothing else changes. A plant that
no schedule notices says that the laboratory looks away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from unittest.mock import patch

from payment_adapters.networks import link
from payment_adapters.networks.link import TelegramLink
from payment_adapters.sockets import Line, MaybeSentError, NotSentError
from payment_adapters.tables import claims, sales
from payment_core.approval import (
    accept,
    answer,
    cancel,
    ending,
    gateway,
    item,
    model,
    net_cancel,
    outbox,
    pos_net_cancel,
    second_attempt,
    send,
)
from payment_core.approval.change import Change
from payment_core.approval.lanes import Lane
from payment_core.approval.model import AttemptState, CancelState, Decision, Step
from payment_core.approval.outcome import (
    Approved,
    Declined,
    InDoubt,
    NotApproved,
    NotSent,
    Refused,
    Undone,
)
from payment_core.approval.ports import Written

Patches = dict[tuple[Any, str], Any]


@dataclass(frozen=True)
class Plant:
    """One planted bug.

    Attributes:
        breaks: What is gone, as a sentence.
        instead: What stands where: (module or class, name) → the wrong thing.
    """

    name: str
    breaks: str
    instead: Callable[[], Patches]

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Have it grow."""
        patches = [patch.object(place, name, wrong) for (place, name), wrong in self.instead().items()]
        for one in patches:
            one.start()
        try:
            yield
        finally:
            for one in reversed(patches):
                one.stop()


def _plant(name: str, breaks: str, instead: Callable[[], Patches]) -> Plant:
    return Plant(name, breaks, instead)


def _unguarded(module: Any, *steps: Step) -> Callable[[], Patches]:  # noqa: ANN401 -- a module
    """Writes of these steps go through whatever stands there."""

    def instead() -> Patches:
        right = module.transition

        def wrong(step: Step, *words: Any, **named: Any) -> Change:
            made: Change = right(step, *words, **named)
            return replace(made, seen={}) if step in steps else made

        return {(module, "transition"): wrong}

    return instead


def _changed(module: Any, *steps: Step, by: Callable[[Change], Change]) -> Callable[[], Patches]:  # noqa: ANN401 -- a module
    """Writes of these steps write something else."""

    def instead() -> Patches:
        right = module.transition

        def wrong(step: Step, *words: Any, **named: Any) -> Change:
            made: Change = right(step, *words, **named)
            return by(made) if step in steps else made

        return {(module, "transition"): wrong}

    return instead


def _without(*paths: tuple[str, ...]) -> Callable[[Change], Change]:
    return lambda made: replace(
        made, sets={path: one for path, one in made.sets.items() if path not in paths}
    )


def _outcome(name: str, turn: Callable[[Any], Any]) -> Callable[[], Patches]:
    """What a line says is taken for something else."""

    def instead() -> Patches:
        right = getattr(TelegramLink, name)

        def wrong(self: TelegramLink, *words: Any) -> Any:  # noqa: ANN401 -- any outcome
            return turn(right(self, *words))

        return {(TelegramLink, name): wrong}

    return instead


def _put(place: Any, name: str, wrong: Any) -> Callable[[], Patches]:  # noqa: ANN401 -- anything may be wrong
    return lambda: {(place, name): wrong}


def _as(kind: type, becomes: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda heard: becomes(heard) if isinstance(heard, kind) else heard


# Orders swapped, retries added, and the rest that takes more than a line


def _send_before_intent() -> Patches:
    right = send.send

    def wrong(sale_id: Any, index: int, card: Any, **of: Any) -> Any:  # noqa: ANN401 -- as the right one
        heard: list[Any] = []

        class First:
            """The line, asked before anything is written."""

            def authorise(self, *_: Any) -> Any:  # noqa: ANN401 -- any outcome
                return heard[0]

        sale = of["sales"].read(sale_id)
        if sale is not None and sale.decision is Decision.RECEIVED and not sale.attempts:
            made = send._intent(sale, index, of["route"], of["profile"].name, of["hand"])  # noqa: SLF001 -- planted
            plain = dict(made.sets)[(f"a{index}",)]
            attempt = item._attempt(plain)  # noqa: SLF001 -- planted
            order = send.order_of(replace(sale, attempts=(attempt,)), index)
            heard.append(of["link"].authorise(order, card, 11_000))
            of["link"] = First()
        return right(sale_id, index, card, **of)

    from payment_adapters import sender  # noqa: PLC0415 -- where the door finds it

    return {(sender, "send"): wrong}


def _answer_before_record() -> Patches:
    from payment_adapters import sender  # noqa: PLC0415 -- where the door finds it
    from payment_core.approval.ports import StoreUnavailableError  # noqa: PLC0415 -- planted

    right, decide = send.send, send.decide
    built: list[Any] = []

    def remembered(sale: Any, index: int, outcome: Any, *words: Any, **named: Any) -> Change:  # noqa: ANN401 -- as the right one
        made = decide(sale, index, outcome, *words, **named)
        built[:] = [made]
        return made

    def wrong(*words: Any, **named: Any) -> Any:  # noqa: ANN401 -- as the right one
        built.clear()
        try:
            return right(*words, **named)
        except StoreUnavailableError:
            if not built or ("answer",) not in built[0].sets:
                raise
            return send.Sent(send.Verdict.DECIDED, model.Answer(**built[0].sets[("answer",)]))

    return {(sender, "send"): wrong, (send, "decide"): remembered}


def _sent_again() -> Patches:
    right = TelegramLink.authorise

    def wrong(self: TelegramLink, *words: Any) -> Any:  # noqa: ANN401 -- any outcome
        heard = right(self, *words)
        return right(self, *words) if isinstance(heard, InDoubt) else heard

    return {(TelegramLink, "authorise"): wrong}


def _undone_at_once() -> Patches:
    right = TelegramLink.authorise

    def wrong(self: TelegramLink, order: Any, card: Any, budget_ms: int) -> Any:  # noqa: ANN401 -- any outcome
        heard = right(self, order, card, budget_ms)
        if isinstance(heard, InDoubt):
            self.net_cancel(replace(order, original_trace_number=order.trace_number), 3_000)
        return heard

    return {(TelegramLink, "authorise"): wrong}


def _told_from_the_line() -> Patches:
    right = send.decide
    heard: list[Any] = []

    def remembered(sale: Any, index: int, outcome: Any, *words: Any, **named: Any) -> Change:  # noqa: ANN401 -- as the right one
        made = right(sale, index, outcome, *words, **named)
        heard[:] = [made.sets.get(("answer",))]
        return made

    def wrong(sale: Any, hand: Any) -> Any:  # noqa: ANN401 -- as the right one
        del sale, hand
        if heard and heard[0]:
            return send.Sent(send.Verdict.DECIDED, model.Answer(**heard[0]))
        return send.Sent(send.Verdict.UNDECIDED, None)

    return {(send, "decide"): remembered, (send, "stands"): wrong}


def _failover_unconfirmed() -> Patches:
    closed = model.CLOSED_WITHOUT_APPROVAL | {AttemptState.REVERSING}
    return {
        (model, "CLOSED_WITHOUT_APPROVAL"): closed,
        (second_attempt, "CLOSED_WITHOUT_APPROVAL"): closed,
    }


def _ends_after_two_tries() -> Patches:
    right = net_cancel._tried  # noqa: SLF001 -- planted

    def wrong(sale: Any, index: int, hand: Any, *words: Any, **named: Any) -> Change:  # noqa: ANN401 -- as the right one
        attempt = sale.attempts[index]
        if attempt.tries >= 1:
            return net_cancel._confirmed(sale, index, hand, code="", reason="given up")  # noqa: SLF001 -- planted
        return right(sale, index, hand, *words, **named)

    return {(net_cancel, "_tried"): wrong}


def _another_number() -> Patches:
    right = net_cancel.order_of

    def wrong(sale: Any, index: int) -> Any:  # noqa: ANN401 -- as the right one
        order = right(sale, index)
        number = f"{int(order.original_trace_number) + 10:012d}"
        return replace(order, original_trace_number=number)

    return {(net_cancel, "order_of"): wrong}


def _believed_at_the_answer() -> Patches:
    def wrong(line: Any, framing: Any, request: bytes, ear: Any, handshake: Any) -> Any:  # noqa: ANN401 -- as the right one
        del handshake
        parser = framing.parser()
        line.receive()
        line.send(request)
        while True:
            for frame in parser.feed(line.receive()):
                if ear.is_ours(frame):
                    return ear.said(frame)

    return {(link, "ask_in_session"): wrong}


def _claimed_blindly() -> Patches:
    right = accept._claim  # noqa: SLF001 -- planted

    def wrong(request: Any, hand: Any) -> Any:  # noqa: ANN401 -- as the right one
        claim = right(request, hand)
        return replace(claim, change=replace(claim.change, seen={}))

    return {(accept, "_claim"): wrong}


def _tried_blindly() -> Patches:
    right = net_cancel.noted_try

    def wrong(*words: Any, **named: Any) -> Change:
        return replace(right(*words, **named), seen={})

    return {(net_cancel, "noted_try"): wrong}


def _line_fails_as(name: str, becomes: Callable[[str], Exception]) -> Callable[[], Patches]:
    def instead() -> Patches:
        right = getattr(Line, name)

        def wrong(self: Line, *words: Any) -> Any:  # noqa: ANN401 -- as the right one
            try:
                return right(self, *words)
            except MaybeSentError as failure:
                raise becomes(failure.reason) from failure

        return {(Line, name): wrong}

    return instead


def _always_ours() -> Patches:
    def wrong(change: Change, standing: Any) -> Written:  # noqa: ANN401 -- as the right one
        found = right(change, standing)
        return replace(found, won=True)

    right = sales.stands_in_the_way
    return {(sales, "stands_in_the_way"): wrong, (claims, "stands_in_the_way"): wrong}


def _any_order_will_do() -> Patches:
    right = link._Reading._what_is_strange  # noqa: SLF001 -- planted

    def wrong(self: Any, told: Any, frame: bytes) -> str:  # noqa: ANN401 -- as the right one
        return right(self, told, frame) if type(told).__name__ != self.plan.answer else ""

    return {(link._Reading, "_what_is_strange"): wrong}  # noqa: SLF001 -- planted


def _any_amount_will_do() -> Patches:
    right = link._Reading.said  # noqa: SLF001 -- planted

    def wrong(self: Any, frame: bytes) -> Any:  # noqa: ANN401 -- as the right one
        self.amount_won = getattr(self._decoded(frame), "amount_won", self.amount_won)
        return right(self, frame)

    return {(link._Reading, "said"): wrong}  # noqa: SLF001 -- planted


def _any_contents_will_do() -> Patches:
    right = accept.answer_for_known_key
    return {(accept, "answer_for_known_key"): lambda sale, _fingerprint: right(sale, sale.fingerprint)}


def _declined_on_silence() -> Patches:
    return {
        (gateway, "answer_after_silence"): lambda sale_id, sales, hand: answer.unsent_answer(
            sales.read(sale_id)
        )
    }


def _too_much_may_be_cancelled() -> Patches:
    def wrong(sale: Any, request: Any) -> tuple[int, int]:  # noqa: ANN401 -- as the right one
        return (request.amount_won or sale.cancellable_won), 0

    return {(cancel, "_amounts"): wrong}


def _number_without_sequence() -> Patches:
    right = send.trace_number_of
    return {(send, "trace_number_of"): lambda sale_id, _sequence, attempt: right(sale_id, 1, attempt)}


def _owner_forgotten(made: Change) -> Change:
    paths = {("owner",), ("next_action_at_ms",)}
    return replace(made, sets={path: one for path, one in made.sets.items() if path not in paths})


def _told_done() -> Patches:
    right = answer.cancel_answer

    def wrong(sale: Any, cancel_id: str) -> Any:  # noqa: ANN401 -- as the right one
        told = right(sale, cancel_id)
        return replace(told, body=told.body.replace(str(CancelState.REQUESTED), str(CancelState.DONE)))

    from functions.gateway import calls  # noqa: PLC0415 -- where the door finds it

    return {(calls, "cancel_answer"): wrong}


def _forgotten_half() -> Patches:
    right = outbox.moves_between
    from functions.outbox import handler  # noqa: PLC0415 -- where the door finds it

    return {(handler, "moves_between"): lambda old, new: right(old, new) if len(new.history) % 3 else []}


def _to_the_next_one() -> Patches:
    right = net_cancel.undo

    def wrong(*words: Any, **named: Any) -> Any:  # noqa: ANN401 -- as the right one
        real = named["link"]
        named["link"] = lambda name: real("hangang" if name != "hangang" else "dongdaemun")
        return right(*words, **named)

    from functions.net_cancel import handler  # noqa: PLC0415 -- where the door finds it

    return {(handler, "undo"): wrong}


def _never_refused() -> Patches:
    return {(pos_net_cancel, "_may_still_be_undone"): lambda _sale, _hand: True}


def _acknowledged_only() -> Patches:
    right = pos_net_cancel._reversal  # noqa: SLF001 -- planted
    return {
        (pos_net_cancel, "_reversal"): lambda sale, hand: (
            None if sale.decision is Decision.APPROVED else right(sale, hand)
        )
    }


def _no_tombstone() -> Patches:
    right = pos_net_cancel._reversal  # noqa: SLF001 -- planted
    return {
        (pos_net_cancel, "_reversal"): lambda sale, hand: (
            None if sale.decision is Decision.ABSENT else right(sale, hand)
        )
    }


def _nobody_wakes() -> Patches:
    from functions.sweeper import handler  # noqa: PLC0415 -- where the door finds it

    return {(handler, "wake"): lambda sale_id, *, sales, drivers, hand: sales.read(sale_id)}


DECLINED: Final = lambda heard: Declined("9999", "no", trail=heard.trail)  # noqa: E731 -- one line of a table
PLANTS: Final = (
    _plant("approve_unguarded", "a late approval overwrites a reversal", _unguarded(send, Step.APPROVE)),
    _plant("decline_unguarded", "a late decline overwrites a reversal", _unguarded(send, Step.DECLINE)),
    _plant(
        "doubt_unguarded",
        "a doubt overwrites whatever stands",
        _unguarded(send, Step.DOUBT, Step.DOUBT_VAN_OWNED),
    ),
    _plant(
        "not_sent_unguarded",
        "'not sent' overwrites a reversal",
        _unguarded(send, Step.NOT_SENT, Step.NOT_SENT_GO_ON),
    ),
    _plant("intent_unguarded", "an intent is written whatever stands", _unguarded(send, Step.INTENT)),
    _plant(
        "sweep_unguarded",
        "the sweeper reverses what is approved",
        _unguarded(ending, Step.DOUBT, Step.DOUBT_VAN_OWNED, Step.GIVE_UP_UNSENT, Step.GIVE_UP_REVERSING),
    ),
    _plant(
        "pos_undo_unguarded",
        "a POS net-cancel overwrites whatever stands",
        _unguarded(pos_net_cancel, Step.POS_UNDO, Step.POS_UNDO_VAN_OWNED, Step.POS_UNDO_IDLE),
    ),
    _plant(
        "tombstone_unguarded", "a tombstone overwrites a sale", _unguarded(pos_net_cancel, Step.POS_TOMBSTONE)
    ),
    _plant("begin_cancel_unguarded", "two cancels begin at once", _unguarded(cancel, Step.BEGIN_CANCEL)),
    _plant("claim_unguarded", "a sale is claimed over another", _claimed_blindly),
    _plant("try_unguarded", "a try is noted on what is closed", _tried_blindly),
    _plant("every_write_won", "a lost condition is taken for won", _always_ours),
    _plant("no_intent_before_send", "the telegram leaves before INTENT is durable", _send_before_intent),
    _plant(
        "respond_before_record", "the POS hears APPROVED although the write failed", _answer_before_record
    ),
    _plant("told_from_the_line", "the POS hears what the line said, not what is stored", _told_from_the_line),
    _plant("undone_before_durable", "a net-cancel leaves before the reversal is durable", _undone_at_once),
    _plant("decide_before_ack", "an approval is decided before ACK and EOT", _believed_at_the_answer),
    _plant("cancel_ok_before_van", "'cancelled' is told before the VAN says so", _told_done),
    _plant("resend_auth", "an authorisation is sent again after silence", _sent_again),
    _plant(
        "nf_is_final",
        "'not found' closes before the horizon",
        _put(net_cancel, "horizon_ms", lambda attempt, _profile: attempt.intent_at_ms),
    ),
    _plant(
        "early_horizon",
        "the horizon does not wait for the destination's own work",
        _put(net_cancel, "horizon_ms", lambda attempt, _profile: attempt.intent_at_ms + 10_000),
    ),
    _plant("nc_gives_up", "a net-cancel is dropped after two tries", _ends_after_two_tries),
    _plant(
        "refused_is_done",
        "a refused net-cancel closes",
        _outcome(
            "net_cancel", _as(Refused, lambda heard: Undone(heard.response_code, "", trail=heard.trail))
        ),
    ),
    _plant(
        "nc_doubt_is_done",
        "an unanswered net-cancel closes",
        _outcome("net_cancel", _as(InDoubt, lambda heard: Undone("", "", trail=heard.trail))),
    ),
    _plant(
        "nc_unsent_is_done",
        "a net-cancel that never left closes",
        _outcome("net_cancel", _as(NotSent, lambda heard: Undone("", "", trail=heard.trail))),
    ),
    _plant(
        "inquiry_unheard",
        "an inquiry that finds an approval closes",
        _outcome("inquire", _as(Approved, lambda heard: NotApproved("", "", trail=heard.trail))),
    ),
    _plant("another_number", "a net-cancel names another trace number", _another_number),
    _plant("another_party", "a net-cancel goes to another destination", _to_the_next_one),
    _plant("failover_unacked", "a second VAN is asked while the first may be live", _failover_unconfirmed),
    _plant(
        "failover_after_decline",
        "a decline is tried elsewhere",
        _outcome("authorise", _as(Declined, lambda heard: NotSent("declined", trail=heard.trail))),
    ),
    _plant(
        "unknown_to_failed",
        "a timeout is written as a decline",
        _outcome("authorise", _as(InDoubt, DECLINED)),
    ),
    _plant("silence_is_not_sent", "silence is taken for 'not sent'", _line_fails_as("receive", NotSentError)),
    _plant(
        "part_is_not_sent", "a part that was sent is taken for nothing", _line_fails_as("send", NotSentError)
    ),
    _plant("any_answer_will_do", "an answer of another sale is believed", _any_order_will_do),
    _plant("any_amount_will_do", "another amount is believed", _any_amount_will_do),
    _plant(
        "no_number_will_do",
        "an approval without a number is believed",
        _put(
            link,
            "_approved",
            lambda heard: Approved(heard.approval_number, heard.code, heard.message, trail=heard.trail),
        ),
    ),
    _plant(
        "unlisted_is_decline",
        "a code that nobody listed is a decline",
        _put(
            TelegramLink,
            "_unclear",
            lambda _self, heard: Declined(heard.code, heard.message, trail=heard.trail),
        ),
    ),
    _plant("no_pos_tombstone", "a POS net-cancel of an unknown sale leaves no trace", _no_tombstone),
    _plant(
        "acknowledged_only",
        "a POS net-cancel of an approval is acknowledged and forgotten",
        _acknowledged_only,
    ),
    _plant("undo_after_cancel", "a POS net-cancel undoes what is cancelled in part", _never_refused),
    _plant("any_contents_will_do", "a known key answers other contents", _any_contents_will_do),
    _plant("declined_on_silence", "a workflow that says nothing is told as a decline", _declined_on_silence),
    _plant("cancel_too_much", "more is cancelled than remains", _too_much_may_be_cancelled),
    _plant(
        "cancel_not_subtracted",
        "a cancel leaves what remains as it was",
        _changed(cancel, Step.BEGIN_CANCEL, by=_without(("cancellable_won",))),
    ),
    _plant(
        "refused_cancel_keeps",
        "a refused cancel does not give back what it took",
        _changed(cancel, Step.CANCEL_REFUSED, by=_without(("cancellable_won",))),
    ),
    _plant(
        "cancel_doubt_is_done",
        "an unanswered cancel counts as done",
        _outcome("cancel", _as(InDoubt, lambda heard: Undone("", "", trail=heard.trail))),
    ),
    _plant(
        "cancel_doubt_is_refused",
        "an unanswered cancel counts as refused",
        _outcome("cancel", _as(InDoubt, lambda heard: Refused("", "", trail=heard.trail))),
    ),
    _plant("number_reused", "two sales share a trace number", _number_without_sequence),
    _plant(
        "no_owner",
        "a doubt has no owner",
        _changed(send, Step.DOUBT, Step.DOUBT_VAN_OWNED, by=_owner_forgotten),
    ),
    _plant(
        "van_owned_undone",
        "what the VAN undoes by itself is net-cancelled",
        _put(net_cancel, "lane_of", lambda _attempt, _profile, _now_ms: Lane.NET_CANCEL),
    ),
    _plant("no_sweeper", "nobody owns what a dead driver left", _nobody_wakes),
    _plant(
        "watchdog_alone_asleep",
        "the watchdog is never told of an intent",
        _put(AttemptState, "_lab_unused", None),
    ),
    _plant("events_lost", "every third event is not told", _forgotten_half),
)
