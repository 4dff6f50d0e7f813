"""Tell: one notice per alarm, episode and channel; a return to OK is told once.

Told by functions/alarms. Promise: tests/spec/test_alarms.py. Story: docs/flows/alarms.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from payment_core.alarms.model import Book, Change, Channel, ChannelFailedError, Heard, Notice, State


class NotToldError(ExceptionGroup[ChannelFailedError]):
    """Some channels did not take a notice; those that did are not told again."""


def notice_of(change: Change, heard: Heard | None) -> Notice | None:
    """What a channel is to hear of a change.

    Deliveries come at least once and in no order: what is not newer than what was heard says nothing. An
    alarm that was without data in between rings on: that is no new episode. An end whose beginning was
    never heard is told all the same, for somebody may have been rung by another channel.
    """
    if heard is not None and change.at_ms <= heard.at_ms:
        return None
    rings = heard is not None and heard.now is State.ALARM
    match change.now:
        case State.ALARM:
            return None if rings and change.was is State.UNKNOWN else Notice.BEGAN
        case State.OK:
            return Notice.OVER if rings or change.was is State.ALARM else None
        case _:
            return None


def tell(change: Change, channels: Mapping[str, Channel], book: Book) -> list[str]:
    """Tell every channel that has not heard it, and name those.

    It is written down after it was told: what is lost in between is told twice, and never not at all.

    Raises:
        NotToldError: channels that failed, when all others were told.
    """
    told, failures = list[str](), list[ChannelFailedError]()
    for name, channel in channels.items():
        notice = notice_of(change, book.heard(name, change.alarm))
        if notice is None:
            continue
        try:
            channel.tell(change, notice)
        except ChannelFailedError as failure:  # the other channels are told first
            failures.append(failure)
        else:
            book.keep(name, change.alarm, Heard(change.now, change.at_ms))
            told.append(name)
    if failures:
        raise NotToldError(f"{len(failures)} of {len(channels)} channels were not told", failures)
    return told
