"""A file is archived untouched and counts once: again is nothing, another in its place is a person's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import boto3
import pytest
from moto import mock_aws

from payment_adapters.files.families import Addressee
from payment_adapters.files.intake import Expected, Received, addressee_of, missing, receive
from payment_adapters.files.outcomes import FileOutcome
from payment_adapters.files.reading import LARGEST_BYTES
from payment_adapters.files.store import Arrived, FileStore
from payment_core.settlement.model import FileKind, FileState, SettlementFile, file_moved
from telegram_codec.specs import settlement
from tests.adapters.settlement_files import DAY, wire_of
from tests.adapters.test_reading_files import changed, twice

NAME = "RET1-01001-260303.dat"
BUCKET = "files"
IN_TIME_MS = 1_772_668_800_000  # 5 March 2026, 09:00 in Korea
RIGHT = wire_of("returns")
OTHER = wire_of("returns", changed(settlement.Return, till="000777"))


@dataclass
class Known:
    """What became of files so far."""

    files: list[SettlementFile] = field(default_factory=list)

    def named(self, counterparty: str, name: str, business_date: str) -> Sequence[SettlementFile]:
        about = (counterparty, name, business_date)
        return [one for one in self.files if (one.counterparty, one.name, one.business_date) == about]


@pytest.fixture(scope="module")
def bucket() -> Iterator[FileStore]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "test")
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield FileStore(client, BUCKET)


@pytest.fixture
def store(bucket: FileStore) -> Iterator[FileStore]:
    yield bucket
    for one in list(bucket.arrived()):
        bucket.take(one.counterparty, one.name)


def kept(store: FileStore, file_id: str) -> bytes:
    with store.archived(file_id) as original:
        return original.read()


def received(
    store: FileStore,
    known: Known,
    wire: bytes,
    *,
    arrived_at_ms: int = IN_TIME_MS,
    largest_bytes: int = LARGEST_BYTES,
    is_read: bool = False,
) -> Received:
    """The file comes, is looked at and written down, and is taken out of the inbox."""
    store.arrive("hangang", NAME, [wire])
    (there,) = store.arrived("hangang")
    there = replace(there, arrived_at_ms=arrived_at_ms)
    addressee = addressee_of(there)
    assert addressee is not None
    came = receive(
        store, known, there, addressee, now_ms=IN_TIME_MS, holidays=(), largest_bytes=largest_bytes
    )
    known.files = [*(one for one in known.files if one.file_id != came.file.file_id), came.file]
    store.take("hangang", NAME)
    if came.checked and not is_read:
        came.checked.close()
    return came


def applied(known: Known) -> None:
    last = known.files[-1]
    known.files[-1] = file_moved(file_moved(last, FileState.CHECKED), FileState.APPLIED)


def test_a_file_that_is_right_is_archived_untouched_and_read(store: FileStore) -> None:
    came = received(store, Known(), RIGHT, is_read=True)

    assert (came.outcome, came.file.state, came.file.deposit_won) == (None, FileState.RECEIVED, 43_648)
    assert kept(store, came.file.file_id) == RIGHT
    assert came.checked is not None
    assert len(list(came.checked.rows())) == 3
    assert list(store.arrived()) == []
    came.checked.close()


def test_the_same_bytes_again_change_nothing(store: FileStore) -> None:
    known = Known()
    first = received(store, known, RIGHT)
    applied(known)

    again = received(store, known, RIGHT)

    assert (again.outcome, again.file.state, again.checked) == (
        FileOutcome.DUPLICATE,
        FileState.DUPLICATE,
        None,
    )
    assert again.file.file_id == f"{first.file.file_id}+{IN_TIME_MS}"


def test_a_run_that_was_stopped_goes_on_with_the_file(store: FileStore) -> None:
    known = Known()
    first = received(store, known, RIGHT)

    again = received(store, known, RIGHT)

    assert (again.outcome, again.file) == (None, first.file)
    assert again.checked is not None


def test_another_file_of_a_name_that_counts_is_never_put_over_it(store: FileStore) -> None:
    known = Known()
    received(store, known, RIGHT)
    applied(known)

    other = received(store, known, OTHER)

    assert (other.outcome, other.file.state) == (FileOutcome.CHANGED, FileState.CHANGED_RESEND)
    assert other.checked is None
    assert kept(store, other.file.file_id) == OTHER


def test_a_refused_file_is_kept_and_may_be_sent_again(
    store: FileStore,
) -> None:
    known = Known()

    bad = received(store, known, RIGHT[:-1])
    good = received(store, known, RIGHT)

    assert (bad.outcome, bad.file.state) == (FileOutcome.TRUNCATED, FileState.REFUSED)
    assert (bad.file.refusal, bad.file.records, bad.checked) == ("file-truncated", 0, None)
    assert "byte" in bad.file.facts
    assert kept(store, bad.file.file_id) == RIGHT[:-1]
    assert (good.outcome, good.file.state) == (None, FileState.RECEIVED)


def counted(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The metrics that were counted."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [metric["Name"] for line in lines for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]]


def test_each_refusal_calls_by_its_own_metric(store: FileStore, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {
        "FileTruncated": RIGHT[:-1],
        "FileEncoding": RIGHT.decode("cp949").encode("utf-16"),
        "FileUnknownRecord": RIGHT.replace(b"45410", b"77410"),
        "FileRowWrong": RIGHT.replace(b"20260302", b"20260231"),
        "FileTotalsDiffer": RIGHT.replace(b"43648", b"43649"),
        "FileMisaddressed": RIGHT.replace(b"1208100001", b"1208100002"),
        "FileDuplicateRow": twice("returns"),
        "FileTooLarge": RIGHT * 3,
    }
    for metric, wire in wrong.items():
        came = received(store, Known(), wire, largest_bytes=len(RIGHT) * 5 // 2)

        assert came.file.state is FileState.REFUSED
        assert counted(capsys) == [metric]


def test_what_is_late_comes_twice_or_comes_changed_calls_by_its_own_metric(
    store: FileStore, capsys: pytest.CaptureFixture[str]
) -> None:
    known = Known()
    received(store, known, RIGHT, arrived_at_ms=IN_TIME_MS + 7_200_000)
    applied(known)
    received(store, known, RIGHT)
    applied_first = Known([one for one in known.files if one.state is FileState.APPLIED])
    received(store, applied_first, OTHER)

    assert counted(capsys) == ["FileLate", "FileDuplicate", "FileChanged"]


def test_a_late_file_counts_and_calls(store: FileStore) -> None:
    came = received(store, Known(), RIGHT, arrived_at_ms=IN_TIME_MS + 7_200_000)

    assert (came.outcome, came.file.state) == (FileOutcome.LATE, FileState.RECEIVED)


def test_a_file_that_is_not_there_by_its_time_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    addressee = addressee_of(Arrived("hangang", NAME, 0, 0))
    assert addressee is not None
    expected = [Expected(addressee, IN_TIME_MS)]

    assert missing(expected, set(), now_ms=IN_TIME_MS) == []
    assert missing(expected, {("hangang", NAME)}, now_ms=IN_TIME_MS + 1) == []
    assert missing(expected, {("namsan", NAME)}, now_ms=IN_TIME_MS + 1) == expected
    assert counted(capsys) == ["FileMissing"]


def told(counterparty: str, name: str) -> Addressee | None:
    return addressee_of(Arrived(counterparty, name, 0, 0))


def test_folder_and_name_together_say_whose_a_file_is() -> None:
    own = told("1001", "OWN1-01001-DAYLST-260303.dat")

    assert own is not None
    assert (own.plan.kind, own.merchant.merchant, own.business_date) == (FileKind.TRANSACTIONS, "1001", DAY)
    assert told("gaon", "BNK1-01003-260303.dat") is not None
    for counterparty, name in (
        ("namsan", NAME),
        ("1002", "OWN1-01001-DAYLST-260303.dat"),
        ("hangang", "CLM1-01001-260303.dat"),
        ("hangang", "RET1-09999-260303.dat"),
        ("nobody", NAME),
    ):
        assert told(counterparty, name) is None, (counterparty, name)


def test_what_leaves_lies_where_it_is_fetched_and_in_the_archive(store: FileStore) -> None:
    file_id = store.leave("hangang", "CLM1-01001-260303.dat", [b"one", b"two"])

    with store.left("hangang", "CLM1-01001-260303.dat") as left:
        assert left.read() == b"onetwo"
    assert kept(store, file_id) == b"onetwo"
