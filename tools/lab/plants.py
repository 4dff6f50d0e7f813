"""Planted bugs: every guard, order, timer and retry of the relay, broken on purpose, must be noticed.

Each puts one wrong thing in the place of one right thing while it is played; nothing else changes. A plant
that no schedule notices says that the laboratory looks away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final
from unittest.mock import patch

from payment_adapters.networks import link
from payment_adapters.networks.link import TelegramLink
from payment_adapters.sockets import NotSentError
from payment_adapters.tables.breakers import KnownBreakers
from payment_core.approval import (
    cancel,
    cancelling,
    ending,
    net_cancel,
    pos_net_cancel,
    send,
)
from payment_core.approval.change import Change
from payment_core.approval.lanes import Lane
from payment_core.approval.model import Sale, Step
from payment_core.approval.outcome import (
    Approved,
    Declined,
    InDoubt,
    NotApproved,
    NotSent,
    Refused,
    Undone,
)
from payment_core.kernel.hand import Hand
from payment_core.routing import breaker, failover
from tools.lab import wrong
from tools.lab.wrong import Patches

NINE: Final = 9


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


def _always_the_only_one() -> Patches:
    right = cancelling._about_to_send  # noqa: SLF001 -- a planted bug changes what is there

    def wrong(sale: Sale, cancel_id: str, hand: Hand) -> Change:
        made = right(sale, cancel_id, hand)
        return replace(made, sets={path: 1 if path[-1] == "sent" else one for path, one in made.sets.items()})

    return {(cancelling, "_about_to_send"): wrong}


PLANTS: Final = (
    Plant("approve_unguarded", "a late approval overwrites a reversal", wrong.unguarded(send, Step.APPROVE)),
    Plant("decline_unguarded", "a late decline overwrites a reversal", wrong.unguarded(send, Step.DECLINE)),
    Plant(
        "doubt_unguarded",
        "a doubt overwrites whatever stands",
        wrong.unguarded(send, Step.DOUBT, Step.DOUBT_VAN_OWNED),
    ),
    Plant(
        "not_sent_unguarded",
        "'not sent' overwrites a reversal",
        wrong.unguarded(send, Step.NOT_SENT, Step.NOT_SENT_GO_ON),
    ),
    Plant("intent_unguarded", "an intent is written whatever stands", wrong.unguarded(send, Step.INTENT)),
    Plant(
        "sweep_unguarded",
        "the sweeper reverses what is approved",
        wrong.unguarded(
            ending, Step.DOUBT, Step.DOUBT_VAN_OWNED, Step.GIVE_UP_UNSENT, Step.GIVE_UP_REVERSING
        ),
    ),
    Plant(
        "pos_undo_unguarded",
        "a POS net-cancel overwrites whatever stands",
        wrong.unguarded(pos_net_cancel, Step.POS_UNDO, Step.POS_UNDO_VAN_OWNED, Step.POS_UNDO_IDLE),
    ),
    Plant(
        "tombstone_unguarded",
        "a tombstone overwrites a sale",
        wrong.unguarded(pos_net_cancel, Step.POS_TOMBSTONE),
    ),
    Plant("begin_cancel_unguarded", "two cancels begin at once", wrong.unguarded(cancel, Step.BEGIN_CANCEL)),
    Plant("claim_unguarded", "a sale is claimed over another", wrong.claimed_blindly),
    Plant("try_unguarded", "a try is noted on what is closed", wrong.tried_blindly),
    Plant("every_write_won", "a lost condition is taken for won", wrong.always_ours),
    Plant("no_intent_before_send", "the telegram leaves before INTENT is durable", wrong.send_before_intent),
    Plant(
        "respond_before_record",
        "the POS hears APPROVED although the write failed",
        wrong.answer_before_record,
    ),
    Plant(
        "told_from_the_line", "the POS hears what the line said, not what is stored", wrong.told_from_the_line
    ),
    Plant(
        "undone_before_durable", "a net-cancel leaves before the reversal is durable", wrong.undone_at_once
    ),
    Plant("decide_before_ack", "an approval is decided before ACK and EOT", wrong.believed_at_the_answer),
    Plant("cancel_ok_before_van", "'cancelled' is told before the VAN says so", wrong.told_done),
    Plant("resend_auth", "an authorisation is sent again after silence", wrong.sent_again),
    Plant(
        "nf_is_final",
        "'not found' closes before the horizon",
        wrong.put(net_cancel, "horizon_ms", lambda attempt, _profile: attempt.intent_at_ms),
    ),
    Plant(
        "early_horizon",
        "the horizon does not wait for the destination's own work",
        wrong.put(net_cancel, "horizon_ms", lambda attempt, _profile: attempt.intent_at_ms + 10_000),
    ),
    Plant("nc_gives_up", "a net-cancel is dropped after two tries", wrong.ends_after_two_tries),
    Plant(
        "refused_is_done",
        "a refused net-cancel closes",
        wrong.outcome(
            "net_cancel",
            wrong.taken_as(Refused, lambda heard: Undone(heard.response_code, "", trail=heard.trail)),
        ),
    ),
    Plant(
        "nc_doubt_is_done",
        "an unanswered net-cancel closes",
        wrong.outcome("net_cancel", wrong.taken_as(InDoubt, lambda heard: Undone("", "", trail=heard.trail))),
    ),
    Plant(
        "nc_unsent_is_done",
        "a net-cancel that never left closes",
        wrong.outcome("net_cancel", wrong.taken_as(NotSent, lambda heard: Undone("", "", trail=heard.trail))),
    ),
    Plant(
        "inquiry_unheard",
        "an inquiry that finds an approval closes",
        wrong.outcome(
            "inquire", wrong.taken_as(Approved, lambda heard: NotApproved("", "", trail=heard.trail))
        ),
    ),
    Plant("another_number", "a net-cancel names another trace number", wrong.another_number),
    Plant("another_party", "a net-cancel goes to another destination", wrong.to_the_next_one),
    Plant(
        "failover_unacked", "a second VAN is asked while the first may be live", wrong.failover_unconfirmed
    ),
    Plant(
        "failover_after_decline",
        "a decline is tried elsewhere",
        wrong.outcome(
            "authorise", wrong.taken_as(Declined, lambda heard: NotSent("declined", trail=heard.trail))
        ),
    ),
    Plant(
        "unknown_to_failed",
        "a timeout is written as a decline",
        wrong.outcome(
            "authorise", wrong.taken_as(InDoubt, lambda heard: Declined("9999", "no", trail=heard.trail))
        ),
    ),
    Plant(
        "silence_is_not_sent", "silence is taken for 'not sent'", wrong.line_fails_as("receive", NotSentError)
    ),
    Plant(
        "part_is_not_sent",
        "a part that was sent is taken for nothing",
        wrong.line_fails_as("send", NotSentError),
    ),
    Plant("any_answer_will_do", "an answer of another sale is believed", wrong.any_order_will_do),
    Plant(
        "any_amount_will_do",
        "another amount is believed",
        wrong.outcome("authorise", wrong.any_amount_will_do),
    ),
    Plant(
        "no_number_will_do",
        "an approval without a number is believed",
        wrong.put(
            link,
            "_approved",
            lambda heard: Approved(
                heard.approval_number, heard.code, heard.message, heard.amount_won or 0, trail=heard.trail
            ),
        ),
    ),
    Plant(
        "unlisted_is_decline",
        "a code that nobody listed is a decline",
        wrong.put(
            TelegramLink,
            "_unclear",
            lambda _self, heard: Declined(heard.code, heard.message, trail=heard.trail),
        ),
    ),
    Plant("no_pos_tombstone", "a POS net-cancel of an unknown sale leaves no trace", wrong.no_tombstone),
    Plant(
        "acknowledged_only",
        "a POS net-cancel of an approval is acknowledged and forgotten",
        wrong.acknowledged_only,
    ),
    Plant("undo_after_cancel", "a POS net-cancel undoes what is cancelled in part", wrong.never_refused),
    Plant("any_contents_will_do", "a known key answers other contents", wrong.any_contents_will_do),
    Plant(
        "declined_on_silence", "a workflow that says nothing is told as a decline", wrong.declined_on_silence
    ),
    Plant("cancel_too_much", "more is cancelled than remains", wrong.too_much_may_be_cancelled),
    Plant(
        "cancel_not_subtracted",
        "a cancel leaves what remains as it was",
        wrong.changed(cancel, Step.BEGIN_CANCEL, by=wrong.without(("cancellable_won",))),
    ),
    Plant(
        "refused_cancel_keeps",
        "a refused cancel does not give back what it took",
        wrong.changed(cancelling, Step.CANCEL_REFUSED, by=wrong.without(("cancellable_won",))),
    ),
    Plant(
        "cancel_doubt_is_done",
        "an unanswered cancel counts as done",
        wrong.outcome("cancel", wrong.taken_as(InDoubt, lambda heard: Undone("", "", trail=heard.trail))),
    ),
    Plant(
        "cancel_doubt_is_refused",
        "an unanswered cancel counts as refused",
        wrong.outcome("cancel", wrong.taken_as(InDoubt, lambda heard: Refused("", "", trail=heard.trail))),
    ),
    Plant(
        "refused_repeat_closes",
        "a refused repeat of a cancel closes it",
        _always_the_only_one,
    ),
    Plant("number_reused", "two sales share a trace number", wrong.number_without_sequence),
    Plant(
        "van_owned_undone",
        "what the VAN undoes by itself is net-cancelled",
        wrong.put(net_cancel, "lane_of", lambda *_: Lane.NET_CANCEL),
    ),
    Plant(
        "asked_amount_cancelled",
        "what is undone by a cancel is what was asked, not what was approved",
        wrong.asked_amount_cancelled,
    ),
    Plant(
        "part_closes",
        "a cancel that took back less than all closes",
        wrong.outcome(
            "cancel",
            lambda heard: heard if getattr(heard, "taken_back_won", None) is None else Undone("0000", ""),
        ),
    ),
    Plant(
        "event_counted_twice",
        "an event that comes again is counted again",
        wrong.counted_blindly,
    ),
    Plant(
        "breaker_at_nine",
        "nine errors open a breaker",
        wrong.put(breaker, "ERRORS_TO_OPEN", NINE),
    ),
    Plant(
        "breaker_never_opens",
        "no number of errors opens it",
        wrong.put(failover, "exceeded", lambda _at: False),
    ),
    Plant(
        "open_is_routed_to",
        "a destination is chosen although its breaker is open",
        wrong.put(KnownBreakers, "open_destinations", lambda _self: frozenset()),
    ),
    Plant("no_sweeper", "nobody owns what a dead driver left", wrong.nobody_wakes),
    Plant("events_lost", "every third event is not told", wrong.forgotten_half),
)
