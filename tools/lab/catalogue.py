"""The fault catalogue as data: which row of it can strike where, and what it does there.

Rows are those of the design's catalogue of 73 faults. A strike is one row on one path, at the n-th occasion
that fits. Every path has a counter: a campaign in which one never struck proves nothing about it, and fails.

An occasion is named ``layer:who:what:moment``:

    aws:link:UpdateItem/decision:before    a call of AWS, by the role of the function that makes it
    line:net_cancel:connect:before         an operation on the line to a destination
    party:authorise                        a telegram that reached a counterparty
    enq                                    a call that a counterparty is to invite
    till:approve:request                   a till's request, or its answer, on the way
    start:van_router                       a sandbox that is to start
    workflow:approval:task                 a workflow between two of its tasks
    feed:outbox                            a batch of records on its way to a function
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tools.simulators.faults import Fault


@dataclass(frozen=True)
class Bad:
    """One row on one path.

    Attributes:
        at: The occasion.
        does: What happens there: a word of ``strikes.py``, or ``party`` with a ``fault``.
        most: The strike falls on one of so many occasions.
        lasts: On how many occasions in a row.
        seconds: Bounds of a duration, where it takes one.
        needs: What the story must have, else the occasion cannot come.
    """

    row: int
    path: str
    at: str
    does: str
    fault: Fault = Fault.NONE
    most: int = 2
    lasts: int = 1
    seconds: tuple[float, float] = (0.0, 0.0)
    needs: frozenset[str] = frozenset()


def _bad(
    row: int,
    path: str,
    at: str,
    does: str,
    *needs: str,
    fault: Fault = Fault.NONE,
    most: int = 2,
    lasts: int = 1,
    seconds: tuple[float, float] = (0.0, 0.0),
) -> Bad:
    return Bad(row, path, at, does, fault, most, lasts, seconds, frozenset(needs))


def _party(
    row: int,
    kind: str,
    fault: Fault,
    *needs: str,
    most: int = 2,
    lasts: int = 1,
    seconds: tuple[float, float] = (0.0, 0.0),
) -> Bad:
    at = "enq" if fault is Fault.NO_ENQ else f"party:{kind}"
    return Bad(row, f"{kind} {fault}", at, "party", fault, most, lasts, seconds, frozenset(needs))


GATEWAY_WRITES: Final = "aws:gateway:UpdateItem/intent:before"  # between what it read and what it writes

UNKNOWN: Final = "unknown"  # the story has a sale in doubt, so that something is undone
CANCEL: Final = "cancel"
SILENCE: Final = "silence"  # a till that gets no answer, and so net-cancels
OTHER_AMOUNT: Final = "another amount"  # a destination approves another amount than was asked
REFUSED: Final = "a refusal"  # and refuses to net-cancel it, so that an ordinary cancel undoes it
REPEATED: Final = "a repeated cancel"  # a destination carries out a cancel, and its answer is not read
OVERTAKEN: Final = "a net-cancel beside"  # a till net-cancels while its sale is on its way
TWICE: Final = "two cancels"  # and cancels twice at once
BURST: Final = (
    "a burst"  # many sales in a row by cards of one issuer; nothing else goes wrong in such a story
)
SESSION: Final = "session"
INQUIRY: Final = "inquiry"

TILL: Final = (
    _bad(1, "approve", "till:approve:request", "lose"),
    _bad(1, "cancel", "till:cancel:request", "lose", CANCEL, most=1),
    _bad(1, "net_cancel", "till:net_cancel:request", "lose", SILENCE, most=1),
    _bad(2, "approve", "till:approve:answer", "lose"),
    _bad(2, "cancel", "till:cancel:answer", "lose", CANCEL, most=1),
    _bad(2, "net_cancel", "till:net_cancel:answer", "lose", SILENCE, most=1),
    _bad(3, "approve", "till:approve:request", "impatient"),
    _bad(3, "cancel", "till:cancel:request", "impatient", CANCEL),
    _bad(5, "approve", "till:approve:request", "delay", seconds=(25.0, 90.0)),
    _bad(5, "beside", "till:approve:request", "net_cancel too", most=1),
    _bad(6, "request", "till:approve:request", "die"),
    _bad(6, "answer", "till:approve:answer", "die"),
    _bad(6, "for good", "till:approve:answer", "die for good"),
    _bad(9, "approve", "till:approve:request", "replay", seconds=(0.0, 60.0)),
    _bad(9, "cancel", "till:cancel:request", "replay", CANCEL, seconds=(0.0, 60.0)),
    _bad(10, "approve", "aws:gateway:StartSyncExecution:after", "pause", seconds=(20.0, 40.0), most=1),
    _bad(12, "approve", "till:approve:request", "garble"),
)
ORCHESTRATION: Final = (
    _bad(13, "before the claim", "aws:gateway:TransactWriteItems:before", "kill"),
    _bad(13, "after the claim", "aws:gateway:TransactWriteItems:after", "kill"),
    _bad(13, "after the workflow", "aws:gateway:StartSyncExecution:after", "kill"),
    _bad(14, "not run", "aws:gateway:StartSyncExecution:before", "time out"),
    _bad(14, "run", "aws:gateway:StartSyncExecution:after", "time out"),
    _bad(14, "throttled", "aws:gateway:StartSyncExecution:before", "throttle"),
    _bad(15, "approval", "workflow:approval:begin", "twice"),
    _bad(16, "approval", "workflow:approval:task", "kill", most=5),
    _bad(16, "net_cancel stopped", "workflow:net_cancel:task", "stop", UNKNOWN, most=4),
    _bad(16, "cancel stopped", "workflow:cancel:task", "stop", CANCEL, most=4),
    _bad(17, "approval", "workflow:approval:end", "fail"),
    _bad(18, "gateway cold", "start:gateway", "pause", seconds=(1.0, 3.0)),
    _bad(18, "router no room", "start:van_router", "no room"),
    _bad(18, "router cold", "start:van_router", "pause", seconds=(1.0, 3.0)),
    _bad(18, "link no room", "start:link", "no room"),
    _bad(18, "link cold", "start:link", "pause", seconds=(1.0, 3.0)),
    _bad(18, "net_cancel no room", "start:net_cancel", "no room", UNKNOWN),
    _bad(18, "net_cancel cold", "start:net_cancel", "pause", UNKNOWN, seconds=(1.0, 3.0)),
)
LINE: Final = (
    _bad(20, "authorise refused", "line:link:connect:before", "refuse"),
    _bad(20, "authorise unreachable", "line:link:connect:before", "black hole"),
    _bad(21, "dies", "line:link:send:before", "kill"),
    _bad(21, "dies at the intent", "aws:link:UpdateItem/intent:after", "kill"),
    _bad(21, "paused", "line:link:connect:before", "pause", seconds=(1.0, 30.0)),
    _bad(21, "paused at the intent", "aws:link:UpdateItem/intent:after", "pause", seconds=(1.0, 30.0)),
    _bad(22, "authorise", "line:link:send:before", "cut"),
    _bad(22, "net_cancel", "line:net_cancel:send:before", "cut", UNKNOWN),
    _bad(23, "after the send", "line:link:send:after", "kill"),
    _bad(23, "before the record", "aws:link:UpdateItem/decision:before", "kill"),
    _bad(23, "after the record", "aws:link:UpdateItem/decision:after", "kill"),
)
PARTY: Final = (
    _party(24, "authorise", Fault.HANG),
    _party(24, "authorise", Fault.LOSE_ANSWER),
    _party(25, "authorise", Fault.LATE, seconds=(10.4, 11.1)),
    _party(26, "authorise", Fault.LATE, seconds=(11.0, 20.0)),
    _party(27, "authorise", Fault.SPLIT),
    _party(27, "authorise", Fault.TRUNCATE),
    _party(28, "authorise", Fault.GARBLE),
    _party(28, "net_cancel", Fault.GARBLE, UNKNOWN),
    _party(29, "authorise", Fault.DUPLICATE_ANSWER),
    _party(30, "authorise", Fault.OTHER_SALE),
    _party(30, "authorise", Fault.STRAY_FIRST),
    _party(31, "authorise", Fault.WRONG_AMOUNT),
    _party(31, "authorise", Fault.NO_APPROVAL_NUMBER),
    _party(31, "cancel", Fault.WRONG_AMOUNT, CANCEL),
    _party(31, "undoing cancel", Fault.WRONG_AMOUNT, REFUSED, most=1),
    _party(31, "inquire", Fault.WRONG_AMOUNT, INQUIRY, UNKNOWN, most=1),
    _party(32, "authorise", Fault.TRY_LATER),
    _party(32, "authorise", Fault.NOT_FORWARDED),
    _party(32, "authorise", Fault.UNKNOWN_CODE),
    _party(34, "authorise", Fault.CLOSE),
    _party(34, "authorise", Fault.RESET),
    _party(34, "authorise", Fault.RESET_MIDWAY),
    _party(36, "authorise", Fault.NO_ENQ, SESSION, most=1),
    _party(36, "authorise", Fault.IGNORE_ACK, SESSION, most=1),
    _party(36, "authorise", Fault.DROP_EOT, SESSION, most=1),
    _party(36, "authorise", Fault.GARBLE_ONCE, SESSION, most=1),
    _party(51, "net_cancel", Fault.HANG, UNKNOWN, lasts=3),
    _party(51, "net_cancel", Fault.LOSE_ANSWER, UNKNOWN, lasts=2),
    _party(52, "net_cancel", Fault.REFUSED, UNKNOWN),
    _bad(52, "another amount", "party:net_cancel", "party", OTHER_AMOUNT, most=1, fault=Fault.REFUSED),
    _party(53, "authorise", Fault.STALL, seconds=(5.0, 59.0)),
    _party(53, "net_cancel", Fault.NOT_FOUND, UNKNOWN, most=1),
    _party(54, "net_cancel", Fault.RESURRECT, UNKNOWN, most=1, seconds=(1.0, 100.0)),
    _party(55, "net_cancel", Fault.PRETEND, UNKNOWN, most=1),
    _party(59, "cancel", Fault.HANG, CANCEL),
    _party(59, "cancel", Fault.LOSE_ANSWER, CANCEL),
    _party(59, "cancel", Fault.GARBLE, CANCEL),
    _party(59, "cancel", Fault.REFUSED, CANCEL, most=1),
    _bad(59, "repeat refused", "party:cancel", "party", CANCEL, REPEATED, most=1, fault=Fault.REFUSED),
    _party(59, "inquire", Fault.HANG, INQUIRY, UNKNOWN, most=1),
    _party(59, "undoing cancel", Fault.LOSE_ANSWER, REFUSED, most=1),
    _party(59, "undoing cancel", Fault.REFUSED, REFUSED, most=1),
)
STORE: Final = (
    _bad(37, "throttled", "aws:gateway:TransactWriteItems:before", "throttle", lasts=3),
    _bad(37, "committed", "aws:gateway:TransactWriteItems:after", "time out"),
    _bad(37, "committed, never heard", "aws:gateway:TransactWriteItems:after", "time out", lasts=3),
    _bad(38, "throttled", "aws:link:UpdateItem/intent:before", "throttle", lasts=3),
    _bad(38, "committed", "aws:link:UpdateItem/intent:after", "time out"),
    _bad(38, "committed, never heard", "aws:link:UpdateItem/intent:after", "time out", lasts=3),
    _bad(39, "once", "aws:link:UpdateItem/decision:after", "time out"),
    _bad(39, "never heard", "aws:link:UpdateItem/decision:after", "time out", lasts=3),
    _bad(40, "decision", "aws:link:UpdateItem/decision:before", "throttle", lasts=3),
    _bad(41, "claim", "aws:gateway:TransactWriteItems:before", "conflict"),
    _bad(44, "stream_waker", "feed:stream_waker", "twice", most=3),
    _bad(44, "outbox", "feed:outbox", "twice", most=3),
    _bad(44, "queue_watchdog", "feed:queue_watchdog", "twice", UNKNOWN, most=1),
    _bad(45, "stream_waker", "feed:stream_waker", "fail", most=3),
    _bad(45, "outbox", "feed:outbox", "fail", most=3),
    _bad(47, "outbox", "aws:outbox:PutRecords:before", "partly"),
    _bad(50, "gateway", "start:gateway", "skew", seconds=(-5.0, 5.0)),
    _bad(50, "link", "start:link", "skew", seconds=(-5.0, 5.0)),
    _bad(50, "net_cancel", "start:net_cancel", "skew", UNKNOWN, seconds=(-5.0, 5.0)),
    _bad(73, "outbox", "aws:outbox:PutRecords:after", "kill", most=3),
)
UNDOING: Final = (
    _bad(51, "net_cancel unreachable", "line:net_cancel:connect:before", "black hole", UNKNOWN, lasts=2),
    _bad(51, "net_cancel refused", "line:net_cancel:connect:before", "refuse", UNKNOWN, lasts=2),
    _bad(56, "before the send", "line:net_cancel:send:before", "kill", UNKNOWN),
    _bad(56, "after the send", "line:net_cancel:send:after", "kill", UNKNOWN),
    _bad(56, "before the record", "aws:net_cancel:UpdateItem/decision:before", "kill", UNKNOWN),
    _bad(56, "after the record", "aws:net_cancel:UpdateItem/decision:after", "kill", UNKNOWN),
    _bad(57, "net_cancel", "start:net_cancel", "twice", UNKNOWN),
    _bad(58, "net-cancel beside a cancel", "till:cancel:request", "net_cancel too", CANCEL, most=1),
    _bad(58, "two cancels", "till:cancel:request", "cancel too", CANCEL, most=1),
    _bad(58, "a net-cancel waits", GATEWAY_WRITES, "pause", OVERTAKEN, most=1, seconds=(0.02, 3.0)),
    _bad(58, "a cancel waits", GATEWAY_WRITES, "pause", CANCEL, TWICE, most=1, seconds=(0.02, 3.0)),
)
BREAKER: Final = (
    _bad(61, "burst", "party:authorise", "party", BURST, most=1, lasts=24, fault=Fault.CLOSE),
    _bad(65, "router", "aws:van_router:Query/breaker:before", "throttle"),
    _bad(65, "count", "aws:link:PutItem/breaker:before", "throttle", UNKNOWN, most=1),
)
CATALOGUE: Final = TILL + ORCHESTRATION + LINE + PARTY + STORE + UNDOING + BREAKER

IN_EVERY_CAMPAIGN: Final[Mapping[int, str]] = {
    4: "an act of the story: the same key with another amount",
    7: "an act of the story: a till whose clock is off",
    8: "an act of the story: a till that lost its journal",
    11: "an act of the story: the same card and amount under another key",
    60: "an act of the story: two partial cancels that are too much together",
}
NOT_APPLICABLE: Final[Mapping[int, str]] = {
    19: "one version of the code exists; old histories against new code are tests/contracts",
    33: "no telegram is ever sent twice, so no destination can say so of an honest relay",
    35: "lines here are plain TCP; a refused handshake is a refused connection (20)",
    42: "no write carries a ClientRequestToken",
    43: "no sale carries an expiry; tests/house reads the template, and the observers look at every write",
    46: "stories last minutes; rebuilding from history is payrelay projection rebuild",
    48: "the bus has one consumer, the breaker's alarm; see tests/handlers/test_failover.py",
    49: "one region",
    **dict.fromkeys(
        (62, 64, 66), "no story has so many sandboxes; tests/spec/test_breaker.py and test_failover.py"
    ),
    63: "not an event but what must not follow one: every story with a second VAN is watched for it",
    **dict.fromkeys((67, 68, 69), "settlement's: its own tests, and a seeded month (docs/proof/month.md)"),
    **dict.fromkeys((70, 71, 72), "banking, wallets and checkout do not exist yet"),
}
