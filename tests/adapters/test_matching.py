"""The fast engine comes to exactly what the rules come to, on whatever two files hold."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.matching import counters
from benchmarks.matching_peers import SPEC as MEASURED
from benchmarks.matching_peers import generate, plain
from payment_adapters.matching import engine, kernel, report
from payment_adapters.matching import shards as matching_shards
from payment_adapters.matching.columns import Columns
from payment_adapters.matching.reconcile import reconcile
from payment_adapters.matching.report import Part, Report, judged, merged
from payment_adapters.matching.rows import InputError, Reader
from payment_adapters.matching.spec import Spec, SpecError, parse_spec
from payment_core.kernel.language import Language
from payment_core.reconciliation.breaks import BreakKind

SPEC: Final = """
subject = "{subject}"
together = {together}
tolerance = {{ won = {won}, days = {days} }}
[ours]
title = "our log"
record_bytes = 70
[theirs]
title = "the VAN's list"
record_bytes = 61
[[key]]
name = "approval number"
ours = {{ at = 1, bytes = 9 }}
theirs = {{ at = 40, bytes = 8 }}
[[key]]
name = "card"
card = true
ours = {{ at = 10, bytes = 16 }}
theirs = {{ at = 3, bytes = 16 }}
[[key]]
name = "merchant"
align = "right"
ours = {{ at = 26, bytes = 6 }}
theirs = {{ at = 48, bytes = 4 }}
[amount]
ours = {{ at = 32, bytes = 12 }}
theirs = {{ at = 19, bytes = 10 }}
[date]
ours = {{ at = 44, bytes = 8 }}
theirs = {{ at = 29, bytes = 6 }}
[effect]
ours = {{ at = 0, bytes = 1, codes = {{ A = "LIVE", C = "CANCEL", U = "UNDONE", S = "SKIP" }} }}
theirs = {{ at = 0, bytes = 2, codes = {{ 00 = "LIVE", 01 = "CANCEL", 09 = "RETURNED", 99 = "SKIP" }} }}
[fee]
ours = {{ at = 52, bytes = 8 }}
theirs = {{ at = 35, bytes = 5 }}
[[mark]]
kind = "INSTALMENT"
ours = {{ at = 60, bytes = 2 }}
theirs = {{ at = 52, bytes = 2 }}
"""
TOLD: Final = {"subject": "TRANSACTIONS", "together": "false", "won": 0, "days": 0}


def a_spec(**told: object) -> Spec:
    return parse_spec(SPEC.format(**TOLD | told))


@dataclass(frozen=True)
class Row:
    number: int = 30_012_345
    card: int = 1111
    won: int = 10_000
    day: int = 25
    effect: int = 0
    fee: int | None = 50
    months: int = 0
    merchant: int = 7

    def ours(self) -> bytes:
        fee = " " * 8 if self.fee is None else f"{self.fee:>8}"
        text = (
            f"{'ACUS'[self.effect]}{self.number:<9}411111000000{self.card}{self.merchant:06}"
            f"{self.won:012}202611{self.day:02}{fee}{self.months:02}{'':<7}\n"
        )
        return text.encode("euc-kr")

    def theirs(self) -> bytes:
        fee = " " * 5 if self.fee is None else f"{self.fee:>5}"
        code = ["00", "01", "09", "99"][self.effect]
        text = (
            f"{code}|411111000000{self.card}{self.won:>10}2611{self.day:02}{fee}"
            f"{self.number:08}{self.merchant:04}{self.months:02}{'끝':<5}\n"
        )
        return text.encode("euc-kr")


rows = st.builds(
    Row,
    number=st.sampled_from([30_012_345, 30_012_346, 30_012_347]),
    card=st.sampled_from([1111, 2222]),
    won=st.sampled_from([10_000, 10_003, 9_000, 123_456_789]),
    day=st.sampled_from([25, 25, 26]),
    effect=st.sampled_from([0, 0, 0, 1, 2, 3]),
    fee=st.sampled_from([50, 50, -50, None]),
    months=st.sampled_from([0, 0, 3]),
)
specs = st.builds(
    a_spec,
    subject=st.sampled_from(["TRANSACTIONS", "CLAIMS", "ANSWERS", "DEPOSITS"]),
    together=st.sampled_from(["true", "false"]),
    won=st.sampled_from([0, 5]),
    days=st.sampled_from([0, 1]),
)


def plainly(ours: bytes, theirs: bytes, spec: Spec) -> Report:
    """The core's rules on every row."""
    here = list(Reader(spec, spec.ours, "ours").entries(ours))
    there = list(Reader(spec, spec.theirs, "theirs").entries(theirs))
    found = merged([judged(here, there, spec.terms)])
    found.tally.rows[:] = [len(here), len(there)]
    found.tally.skipped[:] = [len(ours) // 70 - len(here), len(theirs) // 61 - len(there)]
    return found


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "ours", tmp_path / "theirs"


def fast(files: tuple[Path, Path], ours: bytes, theirs: bytes, spec: Spec) -> Report:
    """On numpy, and by the kernel where there is one, which tells the same."""
    for file, data in zip(files, (ours, theirs), strict=True):
        file.write_bytes(data)
    found = reconcile(*files, spec, workers=2, with_kernel=False)
    assert found == reconcile(*files, spec, workers=2)
    return found


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows, max_size=9), st.lists(rows, max_size=9), specs)
def test_the_fast_engine_comes_to_what_the_rules_come_to(
    files: tuple[Path, Path], here: list[Row], there: list[Row], spec: Spec
) -> None:
    ours, theirs = b"".join(row.ours() for row in here), b"".join(row.theirs() for row in there)

    assert fast(files, ours, theirs, spec) == plainly(ours, theirs, spec)


def a_day(count: int) -> tuple[list[Row], list[Row]]:
    """A day in which each kind of difference comes up, with its lists in other orders."""
    here = [Row(30_000_000 + place, 1000 + place % 7, 1_000 * (place % 90 + 1)) for place in range(count)]
    there = [row for place, row in enumerate(here) if place % 97]
    there += [Row(row.number, row.card, row.won + 10) for row in there[5::101]]
    there[3::103] = [Row(row.number, row.card, row.won, 26) for row in there[3::103]]
    return here, sorted(there, key=lambda row: (row.number * 7_919) % 10_007)


def test_partitions_blocks_and_threads_change_nothing(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = a_day(3_000)
    ours, theirs = b"".join(row.ours() for row in here), b"".join(row.theirs() for row in there)
    whole = fast(files, ours, theirs, a_spec())
    monkeypatch.setattr(engine, "BLOCK_ROWS", 256)
    monkeypatch.setattr(engine, "ROWS_OF_A_PARTITION", 500)

    assert fast(files, ours, theirs, a_spec()) == whole == plainly(ours, theirs, a_spec())
    assert whole.tally.kinds[BreakKind.MISSING_THERE][0] == 31


def in_shards(ours: bytes, theirs: bytes, spec: Spec, *, shards: int, partitions: int) -> Report:
    """What the doors do, without their bucket."""
    pieces: dict[str, list[list[bytes]]] = {}
    for side, data in (("ours", ours), ("theirs", theirs)):
        size = matching_shards.layout_of(spec, side).record_bytes
        for shard in matching_shards.shards_of(side, len(data) // size, shards):
            first, last = shard.byte_range(matching_shards.layout_of(spec, side))
            cut = matching_shards.cut_shard(data[first:last], shard, spec, partitions)
            pieces.setdefault(side, []).append(cut)
    parts = [
        matching_shards.join_partition(
            [one[number] for one in pieces["ours"]], [one[number] for one in pieces["theirs"]], spec
        )
        for number in range(partitions)
    ]
    return merged(Part.of_lines(iter(list(part.lines()))) for part in parts)


@given(st.lists(rows, max_size=9), st.lists(rows, max_size=9), specs, st.integers(1, 4), st.integers(0, 2))
def test_shards_and_partitions_come_to_what_the_rules_come_to(
    here: list[Row], there: list[Row], spec: Spec, shards: int, bits: int
) -> None:
    ours, theirs = b"".join(row.ours() for row in here), b"".join(row.theirs() for row in there)

    assert in_shards(ours, theirs, spec, shards=shards, partitions=1 << bits) == plainly(ours, theirs, spec)


def test_the_report_of_1_4_16_and_64_shards_is_the_same_to_the_byte() -> None:
    here, there = a_day(1_000)
    ours, theirs = b"".join(row.ours() for row in here), b"".join(row.theirs() for row in there)
    texts = []
    for shards in (1, 4, 16, 64):
        file = io.StringIO()
        in_shards(ours, theirs, a_spec(), shards=shards, partitions=8).write_csv(file, Language.KOREAN)
        texts.append(file.getvalue())

    assert len(texts[0].splitlines()) > 20
    assert texts == [texts[0]] * 4


def test_a_record_that_cannot_be_read_is_told_by_its_place_in_the_file_also_from_a_cut() -> None:
    ours = Row().ours() + b"X" + Row().ours()[1:]

    with pytest.raises(
        InputError, match="our log: record 2, byte 0: what stands here is no code of the spec"
    ):
        in_shards(ours, b"", a_spec(), shards=2, partitions=1)


def test_a_plain_dictionary_counts_the_same_on_the_files_that_are_measured(tmp_path: Path) -> None:
    files = generate(tmp_path, 20_000)

    found = counters(reconcile(*files, parse_spec(MEASURED), with_kernel=False))

    assert found == plain(*files)
    assert min(found.values()) > 0


def test_hashes_that_all_keys_share_cost_time_and_change_nothing(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = a_day(150)
    ours, theirs = b"".join(row.ours() for row in here), b"".join(row.theirs() for row in there)
    monkeypatch.setattr(Columns, "hashes", lambda _, words: words[0] & words[0] & 0)

    assert fast(files, ours, theirs, a_spec()) == plainly(ours, theirs, a_spec())


def test_without_a_compiler_there_is_no_kernel_and_the_work_is_done(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    kernel.load.cache_clear()

    assert fast(files, Row().ours(), Row().theirs(), a_spec()).tally.rows == [1, 1]
    assert kernel.load() is None
    kernel.load.cache_clear()


BAD = [
    # where in ours, what it becomes, byte that is named, reason
    (0, b"X", 0, "'X' is no code of the spec"),
    (32, b"!", 32, "'!00000010000' is not an amount"),
    (40, b"*", 32, "'00000001*000' is not an amount"),
    (48, b"13", 44, "'20261325' is not a date"),
    (59, b"x", 52, "'      5x' is not a fee"),
]


@pytest.mark.parametrize(("at", "becomes", "byte", "reason"), BAD)
def test_what_cannot_be_read_is_told_with_file_record_and_byte_also_if_both_sides_say_it(
    files: tuple[Path, Path], at: int, becomes: bytes, byte: int, reason: str
) -> None:
    here = [Row(30_000_000 + place).ours() for place in range(20)]
    theirs = b"".join(Row(30_000_000 + place).theirs() for place in range(20))
    for place in (11, 17):
        here[place] = here[place][:at] + becomes + here[place][at + len(becomes) :]

    with pytest.raises(InputError) as refused:
        fast(files, b"".join(here), theirs, a_spec())

    assert (refused.value.file, refused.value.record, refused.value.byte) == ("ours", 12, byte)
    assert reason in str(refused.value)


def test_a_file_that_ends_inside_a_record_is_not_compared(files: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match="theirs: record 2, byte 30: the file ends after 30 of 61 bytes"):
        fast(files, Row().ours(), Row().theirs() + Row().theirs()[:30], a_spec())


def test_breaks_are_lines_of_a_table_with_their_cards_masked(files: tuple[Path, Path]) -> None:
    found = fast(files, Row().ours(), Row(won=9_000).theirs(), a_spec())
    file = io.StringIO()

    found.write_csv(file, Language.ENGLISH)

    head, line = file.getvalue().splitlines()
    assert head == ",".join(report.COLUMNS)
    assert line.startswith(
        "AMOUNT,30012345/411111******1111/000007,1,1,10000,9000,20261125,1000,OPERATOR,ADJUST_ENTRY,"
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[amount]", "[money]", "says nothing of amount"),
        ("bytes = 12", "bytes = 13", "amount.ours: 13 bytes from 32 on do not fit"),
        ("at = 52, bytes = 2", "at = 60, bytes = 2", "mark INSTALMENT.theirs"),
        ('"INSTALMENT"', '"COLOUR"', "COLOUR is none of"),
        ('C = "CANCEL"', 'CC = "CANCEL"', "effect.ours: a code has another length"),
        ("subject =", "subject", "not TOML"),
        ("record_bytes = 70", "record_bytes = 0.5", "0.5 is not a whole number"),
    ],
)
def test_a_spec_that_cannot_be_used_says_where(old: str, new: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        parse_spec(SPEC.format(**TOLD).replace(old, new, 1))
