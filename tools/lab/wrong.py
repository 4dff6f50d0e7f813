"""What plants put in the place of right things: each says what stands where; plants.py tells why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from payment_adapters.networks import link, session
from payment_adapters.networks.link import TelegramLink
from payment_adapters.sockets import Line, MaybeSentError
from payment_adapters.tables import claims, sales
from payment_adapters.tables.read_models import DynamoApprovals
from payment_core.approval import (
    accept,
    answer,
    cancel,
    gateway,
    item,
    model,
    net_cancel,
    outbox,
    pos_net_cancel,
    second_attempt,
    send,
    trace_number,
)
from payment_core.approval.change import Change
from payment_core.approval.model import AttemptState, CancelState, Decision, Step
from payment_core.approval.outcome import Approved, InDoubt
from payment_core.approval.ports import Written

Patches = dict[tuple[Any, str], Any]


def unguarded(module: Any, *steps: Step) -> Callable[[], Patches]:
    """Writes of these steps go through whatever stands there."""

    def instead() -> Patches:
        right = module.transition

        def wrong(step: Step, *words: Any, **named: Any) -> Change:
            made: Change = right(step, *words, **named)
            return replace(made, seen={}) if step in steps else made

        return {(module, "transition"): wrong}

    return instead


def changed(module: Any, *steps: Step, by: Callable[[Change], Change]) -> Callable[[], Patches]:
    """Writes of these steps write something else."""

    def instead() -> Patches:
        right = module.transition

        def wrong(step: Step, *words: Any, **named: Any) -> Change:
            made: Change = right(step, *words, **named)
            return by(made) if step in steps else made

        return {(module, "transition"): wrong}

    return instead


def without(*paths: tuple[str, ...]) -> Callable[[Change], Change]:
    return lambda made: replace(
        made, sets={path: one for path, one in made.sets.items() if path not in paths}
    )


def outcome(name: str, turn: Callable[[Any], Any]) -> Callable[[], Patches]:
    """What a line says is taken for something else."""

    def instead() -> Patches:
        right = getattr(TelegramLink, name)

        def wrong(self: TelegramLink, *words: Any) -> Any:
            return turn(right(self, *words))

        return {(TelegramLink, name): wrong}

    return instead


def put(place: Any, name: str, wrong: Any) -> Callable[[], Patches]:
    return lambda: {(place, name): wrong}


def taken_as(kind: type, becomes: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda heard: becomes(heard) if isinstance(heard, kind) else heard


# Orders swapped, retries added, and the rest that takes more than a line


def send_before_intent() -> Patches:
    right = send.send

    def wrong(sale_id: Any, index: int, card: Any, **of: Any) -> Any:
        heard: list[Any] = []

        class First:
            """The line, asked before anything is written."""

            def authorise(self, *_: Any) -> Any:
                return heard[0]

        sale = of["sales"].read(sale_id)
        if sale is not None and sale.decision is Decision.RECEIVED and not sale.attempts:
            made = send._intent(sale, index, of["route"], of["profile"].name, of["hand"])
            plain: Any = dict(made.sets)[(f"a{index}",)]
            attempt = item._attempt(plain)
            order = send.order_of(replace(sale, attempts=(attempt,)), index)
            heard.append(of["link"].authorise(order, card, 11_000))
            of["link"] = First()
        return right(sale_id, index, card, **of)

    from payment_adapters import sender

    return {(sender, "send"): wrong}


def answer_before_record() -> Patches:
    from payment_adapters import sender
    from payment_core.approval.ports import StoreUnavailableError

    right, decide = send.send, send.decide
    built: list[Any] = []

    def remembered(sale: Any, index: int, outcome: Any, *words: Any, **named: Any) -> Change:
        made = decide(sale, index, outcome, *words, **named)
        built[:] = [made]
        return made

    def wrong(*words: Any, **named: Any) -> Any:
        built.clear()
        try:
            return right(*words, **named)
        except StoreUnavailableError:
            if not built or ("answer",) not in built[0].sets:
                raise
            return send.Sent(send.Verdict.DECIDED, model.Answer(**built[0].sets[("answer",)]))

    return {(sender, "send"): wrong, (send, "decide"): remembered}


def sent_again() -> Patches:
    right = TelegramLink.authorise

    def wrong(self: TelegramLink, *words: Any) -> Any:
        heard = right(self, *words)
        return right(self, *words) if isinstance(heard, InDoubt) else heard

    return {(TelegramLink, "authorise"): wrong}


def undone_at_once() -> Patches:
    right = TelegramLink.authorise

    def wrong(self: TelegramLink, order: Any, card: Any, budget_ms: int) -> Any:
        heard = right(self, order, card, budget_ms)
        if isinstance(heard, InDoubt):
            self.net_cancel(replace(order, original_trace_number=order.trace_number), 3_000)
        return heard

    return {(TelegramLink, "authorise"): wrong}


def told_from_the_line() -> Patches:
    right = send.decide
    heard: list[Any] = []

    def remembered(sale: Any, index: int, outcome: Any, *words: Any, **named: Any) -> Change:
        made = right(sale, index, outcome, *words, **named)
        heard[:] = [made.sets.get(("answer",))]
        return made

    def wrong(sale: Any, hand: Any) -> Any:
        del sale, hand
        if heard and heard[0]:
            return send.Sent(send.Verdict.DECIDED, model.Answer(**heard[0]))
        return send.Sent(send.Verdict.UNDECIDED, None)

    return {(send, "decide"): remembered, (send, "stands"): wrong}


def failover_unconfirmed() -> Patches:
    closed = model.CLOSED_WITHOUT_APPROVAL | {AttemptState.REVERSING}
    return {
        (model, "CLOSED_WITHOUT_APPROVAL"): closed,
        (second_attempt, "CLOSED_WITHOUT_APPROVAL"): closed,
    }


def ends_after_two_tries() -> Patches:
    right = net_cancel._tried

    def wrong(sale: Any, index: int, hand: Any, *words: Any, **named: Any) -> Change:
        attempt = sale.attempts[index]
        if attempt.tries >= 1:
            return net_cancel._confirmed(sale, index, hand, code="", reason="given up")
        return right(sale, index, hand, *words, **named)

    return {(net_cancel, "_tried"): wrong}


def another_number() -> Patches:
    right = send.order_of

    def wrong(sale: Any, index: int) -> Any:
        order = right(sale, index)
        number = f"{int(order.original_trace_number) + 10:012d}"
        return replace(order, original_trace_number=number)

    return {(net_cancel, "order_of"): wrong}


def asked_amount_cancelled() -> Patches:
    right = net_cancel._cancel_order

    def wrong(sale: Any, index: int) -> Any:
        asked = {"amount_won": sale.amount_won, "original_amount_won": sale.amount_won}
        return replace(right(sale, index), **asked)

    return {(net_cancel, "_cancel_order"): wrong}


def believed_at_the_answer() -> Patches:
    def wrong(line: Any, framing: Any, request: bytes, ear: Any, handshake: Any) -> Any:
        del handshake
        parser = framing.parser()
        line.receive()
        line.send(request)
        while True:
            for frame in parser.feed(line.receive()):
                if ear.is_ours(frame):
                    return ear.said(frame)

    return {(session, "ask_in_session"): wrong}


def claimed_blindly() -> Patches:
    right = accept._claim

    def wrong(*words: Any) -> Any:
        claim = right(*words)
        return replace(claim, change=replace(claim.change, seen={}))

    return {(accept, "_claim"): wrong}


def counted_blindly() -> Patches:
    right = DynamoApprovals._mark

    def wrong(self: DynamoApprovals, approval: Any) -> Any:
        return {name: one for name, one in right(self, approval).items() if name != "ConditionExpression"}

    return {(DynamoApprovals, "_mark"): wrong}


def tried_blindly() -> Patches:
    right = net_cancel.noted_try  # type: ignore[attr-defined]  # where the undoing finds it

    def wrong(*words: Any, **named: Any) -> Change:
        return replace(right(*words, **named), seen={})

    return {(net_cancel, "noted_try"): wrong}


def line_fails_as(name: str, becomes: Callable[[str], Exception]) -> Callable[[], Patches]:
    def instead() -> Patches:
        right = getattr(Line, name)

        def wrong(self: Line, *words: Any) -> Any:
            try:
                return right(self, *words)
            except MaybeSentError as failure:
                raise becomes(failure.reason) from failure

        return {(Line, name): wrong}

    return instead


def always_ours() -> Patches:
    def wrong(change: Change, standing: Any) -> Written:
        found = right(change, standing)
        return replace(found, won=True)

    right = sales.stands_in_the_way
    return {(sales, "stands_in_the_way"): wrong, (claims, "stands_in_the_way"): wrong}


def any_order_will_do() -> Patches:
    right = link._Reading._what_is_strange

    def wrong(self: Any, told: Any, frame: bytes) -> str:
        return right(self, told, frame) if type(told).__name__ != self.plan.answer else ""

    return {(link._Reading, "_what_is_strange"): wrong}


def any_amount_will_do(heard: Any) -> Any:
    if not isinstance(heard, InDoubt) or "instead of" not in heard.reason:
        return heard
    return Approved(
        heard.approval_number, heard.response_code, "", approved_won=heard.approved_won, trail=heard.trail
    )


def any_contents_will_do() -> Patches:
    right = accept.answer_for_known_key
    return {(accept, "answer_for_known_key"): lambda sale, _fingerprint: right(sale, sale.fingerprint)}


def declined_on_silence() -> Patches:
    return {
        (gateway, "answer_after_silence"): lambda sale_id, sales, _hand: answer.unsent_answer(
            sales.read(sale_id)
        )
    }


def too_much_may_be_cancelled() -> Patches:
    def wrong(sale: Any, request: Any) -> tuple[int, int]:
        return (request.amount_won or sale.cancellable_won), 0

    return {(cancel, "_amounts"): wrong}


def number_without_sequence() -> Patches:
    right = trace_number.trace_number_of
    return {(send, "trace_number_of"): lambda sale_id, _sequence, attempt: right(sale_id, 1, attempt)}


def told_done() -> Patches:
    right = answer.cancel_answer

    def wrong(sale: Any, cancel_id: str) -> Any:
        told = right(sale, cancel_id)
        return replace(told, body=told.body.replace(str(CancelState.REQUESTED), str(CancelState.DONE)))

    from functions.gateway import calls

    return {(calls, "cancel_answer"): wrong}


def forgotten_half() -> Patches:
    right = outbox.moves_between
    from functions.outbox import handler

    return {(handler, "moves_between"): lambda old, new: right(old, new) if len(new.history) % 3 else []}


def to_the_next_one() -> Patches:
    right = net_cancel.undo

    def wrong(*words: Any, **named: Any) -> Any:
        real = named["link"]
        named["link"] = lambda name: real("hangang" if name != "hangang" else "dongdaemun")
        return right(*words, **named)

    from functions.net_cancel import handler

    return {(handler, "undo"): wrong}


def never_refused() -> Patches:
    return {
        (pos_net_cancel, "is_whole"): lambda _sale: True,
        (pos_net_cancel, "_is_of_today"): lambda _sale, _hand: True,
    }


def acknowledged_only() -> Patches:
    right = pos_net_cancel._reversal
    return {
        (pos_net_cancel, "_reversal"): lambda sale, hand: (
            None if sale.decision is Decision.APPROVED else right(sale, hand)
        )
    }


def no_tombstone() -> Patches:
    right = pos_net_cancel._reversal
    return {
        (pos_net_cancel, "_reversal"): lambda sale, hand: (
            None if sale.decision is Decision.ABSENT else right(sale, hand)
        )
    }


def nobody_wakes() -> Patches:
    from functions.sweeper import handler

    return {(handler, "wake"): lambda sale_id, *, sales, **_: sales.read(sale_id)}
