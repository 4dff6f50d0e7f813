"""Telegrams by hand: every paper can be listed, written, read, looked at and compared."""

from __future__ import annotations

import json
import subprocess
from random import Random

import pytest
from rich.cells import cell_len

from telegram_codec import Telegram
from telegram_codec.masking import Visibility
from tests.cli.terminal import ROOT, Said, command, environment, payrelay
from tests.codec.examples import EXAMPLES, approval_request
from tools.cli.telegram import runs_counted
from tools.cli.telegram_diff import differences
from tools.cli.telegram_values import as_json, telegram_of
from tools.fuzz.samples import sample
from tools.papers import telegrams

SECRETS = ("4111111111111111", "917")
V1 = '''"""Version 1."""
from telegram_codec import Telegram
from telegram_codec.fields import code, constant, filler, text, won


class Sale(Telegram, size=40):
    """A sale."""

    kind: str = constant(0, 4, "1100")
    amount_won: int = won(4, 12)
    name: str = text(16, 10, default="")
    spare: None = filler(26, 14)
'''


def fed(wire: bytes, *words: str) -> Said:
    ran = subprocess.run(
        command("telegram", *words),
        cwd=ROOT,
        env=environment(),
        input=wire,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Said(ran.returncode, ran.stdout.decode("utf-8", "surrogateescape"), ran.stderr.decode())


def test_every_telegram_of_every_paper_is_listed() -> None:
    told = json.loads(payrelay("telegram", "list", "--json").out)

    assert [one["spec"] for one in told] == list(telegrams())
    assert {type(example).layout.telegram for example in EXAMPLES.values()} <= set(telegrams())
    assert all(one["rows"] and one["size"] and one["purpose"] for one in told)


@pytest.mark.parametrize("spec", telegrams())
def test_rows_survive_the_way_through_json_and_back(spec: str) -> None:
    made, chance = telegrams()[spec], Random(spec)  # noqa: S311 - telegrams that can be made again

    for _ in range(20):
        telegram = sample(chance, made)

        assert telegram_of(made, json.loads(json.dumps(as_json(telegram, reveal=True)))) == telegram


@pytest.mark.parametrize("spec", telegrams())
def test_masked_rows_hold_no_secret_and_no_whole_card_number(spec: str) -> None:
    made = telegrams()[spec]
    telegram = sample(Random(spec), made)  # noqa: S311 - a telegram that can be made again

    masked = as_json(telegram, reveal=False)

    for row in (row for row in made.layout.rows if row.given):
        shown, value = masked[row.name], getattr(telegram, row.name)
        if row.visibility is Visibility.SECRET:
            assert shown == "<secret>"
        elif row.visibility is Visibility.CARD and value:
            assert "*" in str(shown)  # settlement files hold it masked already


def test_what_encode_writes_decode_reads() -> None:
    rows = json.dumps(as_json(approval_request, reveal=True)).encode()

    ran = subprocess.run(
        command("telegram", "encode", "hangang.ApprovalRequest"),
        cwd=ROOT, env=environment(), input=rows, capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    told = fed(ran.stdout, "decode", "hangang.ApprovalRequest", "--reveal")

    assert ran.stdout == approval_request.encode()
    assert telegram_of(type(approval_request), json.loads(told.out)) == approval_request


@pytest.mark.parametrize("words", [("decode",), ("show",)])
def test_card_numbers_and_secrets_are_masked_unless_asked_for(words: tuple[str, ...]) -> None:
    told = fed(approval_request.encode(), *words, "hangang.ApprovalRequest")

    assert told.code == 0
    assert "411111******1111" in told.out
    assert not any(secret in told.out for secret in SECRETS)


def test_show_prints_every_row_with_its_offset_on_a_page_of_100_columns() -> None:
    told = payrelay(
        "telegram", "show", "hangang.ApprovalRequest", "--hex", approval_request.encode().hex(" ")
    )

    assert told.code == 0
    for row in type(approval_request).layout.rows:
        assert any(
            line.split()[:3] == [str(row.offset), str(row.size), row.name] for line in told.out.splitlines()
        )
    assert "= key-in" in told.out
    assert max(cell_len(line) for line in told.out.splitlines()) <= 100


def test_long_padding_is_counted_and_short_padding_seen() -> None:
    assert runs_counted("PAYRELAY" + " " * 12) == "PAYRELAY ·×12"
    assert runs_counted("*" * 300) == "*×300"
    assert runs_counted("ab") == "ab"


@pytest.mark.parametrize(
    ("words", "given", "says"),
    [
        (("decode", "hangang.EchoAnswer"), b"0127", "looks cut off in kind"),
        (("encode", "hangang.EchoAnswer"), b"[", "not JSON"),
        (("encode", "hangang.EchoAnswer"), b"[]", "a JSON object is expected"),
        (("encode", "hangang.EchoAnswer"), b"{}", "terminal_id, serial, transaction_date"),
        (("encode", "hangang.EchoAnswer"), b'{"kind": "1810"}', "no row to give is called kind"),
    ],
)
def test_what_is_no_telegram_is_refused_in_a_sentence(
    words: tuple[str, ...], given: bytes, says: str
) -> None:
    told = fed(given, *words)

    assert told.code == 3
    assert told.is_a_sentence
    assert says in told.err


def test_an_unknown_telegram_is_usage_and_names_the_nearest() -> None:
    told = payrelay("telegram", "show", "hangang.AprovalRequest", "--hex", "00")

    assert told.code == 2
    assert "hangang.ApprovalRequest" in told.err.replace("│", "").replace("\n", "")


@pytest.mark.parametrize(
    ("change", "breaks", "says"),
    [
        (("amount_won: int = won(4, 12)", "amount_won: int = won(4, 12, default=0)"), False, "default 0"),
        (("name: str = text(16, 10", "shop: str = text(16, 10"), False, "called shop now"),
        (
            ("filler(26, 14)", 'filler(34, 6)\n    use: str = text(26, 8, default="")'),
            False,
            "in spare bytes",
        ),
        (("filler(26, 14)", "filler(34, 6)\n    use: int = won(26, 8)"), True, "cannot be left blank"),
        (("won(4, 12)", 'won(4, 12, pad=" ")'), True, "spaces in front"),
        (('constant(0, 4, "1100")', 'constant(0, 4, "1200")'), True, "1200"),
        (("(16, 10, default", "(16, 9, default"), True, "resized from 10 to 9"),
        (("size=40", "size=41"), True, "size 40, now 41"),
        (('    name: str = text(16, 10, default="")\n', ""), True, "removed"),
    ],
)
def test_a_difference_says_whether_it_breaks(
    tmp_path_factory: pytest.TempPathFactory,
    change: tuple[str, str],
    breaks: bool,  # noqa: FBT001 - a case of the test
    says: str,
) -> None:
    folder = tmp_path_factory.mktemp("papers")
    old, new = folder / "v1.py", folder / "v2.py"
    old.write_text(V1)
    new.write_text(_in_order(V1.replace(*change)))

    told = payrelay("telegram", "diff", f"{old}:Sale", f"{new}:Sale")

    assert told.code == (3 if breaks else 0), told
    assert says in " ".join(told.out.split())


def _in_order(text: str) -> str:
    """The rows of a class in the order of their offsets, the spare bytes grown or shrunk to fit."""
    head, rows = text.split('    """A sale."""\n\n')
    lines = [line for line in rows.splitlines() if "filler" not in line]
    lines.sort(key=lambda line: int(line.partition("(")[2].partition(",")[0]))
    last = lines[-1].partition("(")[2].split(",")
    end = int(last[0]) + int(last[1].strip(" )"))
    size = int(head.partition("size=")[2].partition(")")[0])
    return f'{head}    """A sale."""\n\n' + "\n".join(
        [*lines, f"    spare: None = filler({end}, {size - end})", ""]
    )


def test_a_telegram_does_not_differ_from_itself() -> None:
    made: type[Telegram]
    for made in telegrams().values():
        assert differences(made, made) == []
