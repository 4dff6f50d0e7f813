"""Alarms: who is called hears of each episode once, when it begins and when it is over.

Rule: payment_core/alarms/tell.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from payment_core.alarms.model import Change, ChannelFailedError, Heard, Notice, State
from payment_core.alarms.tell import NotToldError, notice_of, tell

OK, ALARM, UNKNOWN = State.OK, State.ALARM, State.UNKNOWN


def a_change(was: State, now: State, at_ms: int, *, alarm: str = "HangangOpenAlarm") -> Change:
    return Change(alarm, "breaker-open", "hangang", was, now, at_ms, {"en": "ten errors"})


@dataclass
class Listener:
    """A channel that remembers, and fails while it is down."""

    is_down: bool = False
    told: list[tuple[str, Notice]] = field(default_factory=list)

    def tell(self, change: Change, notice: Notice) -> None:
        if self.is_down:
            raise ChannelFailedError("chat", change.alarm)
        self.told.append((change.alarm, notice))

    @property
    def notices(self) -> list[str]:
        return [str(notice) for _, notice in self.told]


@dataclass
class Pages:
    """The book, in memory."""

    kept: dict[tuple[str, str], Heard] = field(default_factory=dict)

    def heard(self, channel: str, alarm: str) -> Heard | None:
        return self.kept.get((channel, alarm))

    def keep(self, channel: str, alarm: str, heard: Heard) -> None:
        self.kept[channel, alarm] = heard


@pytest.mark.parametrize(
    ("heard", "was", "now", "at_ms", "said"),
    [
        (None, OK, ALARM, 5, "BEGAN"),
        (None, UNKNOWN, ALARM, 5, "BEGAN"),
        (None, UNKNOWN, OK, 5, None),
        (None, ALARM, OK, 5, "OVER"),
        (None, OK, UNKNOWN, 5, None),
        (Heard(ALARM, 4), OK, ALARM, 4, None),
        (Heard(ALARM, 4), OK, ALARM, 3, None),
        (Heard(ALARM, 4), UNKNOWN, ALARM, 5, None),
        (Heard(ALARM, 4), OK, ALARM, 5, "BEGAN"),
        (Heard(ALARM, 4), ALARM, OK, 5, "OVER"),
        (Heard(ALARM, 4), UNKNOWN, OK, 5, "OVER"),
        (Heard(ALARM, 4), ALARM, UNKNOWN, 5, None),
        (Heard(OK, 4), ALARM, OK, 4, None),
        (Heard(OK, 4), UNKNOWN, OK, 5, None),
        (Heard(OK, 4), OK, ALARM, 3, None),
        (Heard(OK, 4), OK, ALARM, 5, "BEGAN"),
    ],
)
def test_what_a_channel_hears_of_a_change(
    heard: Heard | None, was: State, now: State, at_ms: int, said: str | None
) -> None:
    assert notice_of(a_change(was, now, at_ms), heard) == said


def test_an_episode_is_told_once_however_often_it_is_delivered_and_its_end_once() -> None:
    mail, book = Listener(), Pages()

    for change in (a_change(OK, ALARM, 1), a_change(ALARM, UNKNOWN, 2), a_change(UNKNOWN, ALARM, 3)):
        for _ in range(2):
            tell(change, {"mail": mail}, book)
    assert mail.notices == ["BEGAN"]

    for _ in range(2):
        tell(a_change(ALARM, OK, 4), {"mail": mail}, book)
    tell(a_change(OK, ALARM, 9), {"mail": mail}, book)
    assert mail.notices == ["BEGAN", "OVER", "BEGAN"]


def test_each_alarm_has_episodes_of_its_own() -> None:
    mail, book = Listener(), Pages()

    tell(a_change(OK, ALARM, 2), {"mail": mail}, book)
    tell(a_change(OK, ALARM, 1, alarm="NamsanOpenAlarm"), {"mail": mail}, book)

    assert [alarm for alarm, _ in mail.told] == ["HangangOpenAlarm", "NamsanOpenAlarm"]


def test_a_channel_that_fails_is_told_again_and_the_others_are_not() -> None:
    mail, chat, book = Listener(), Listener(is_down=True), Pages()
    channels = {"chat": chat, "mail": mail}
    with pytest.raises(NotToldError) as failed:
        tell(a_change(OK, ALARM, 1), channels, book)
    assert [type(one) for one in failed.value.exceptions] == [ChannelFailedError]
    assert mail.notices == ["BEGAN"]

    chat.is_down = False

    assert tell(a_change(OK, ALARM, 1), channels, book) == ["chat"]
    assert (mail.notices, chat.notices) == (["BEGAN"], ["BEGAN"])
