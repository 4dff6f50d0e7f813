"""`payrelay telegram`: read, write, look at and compare telegrams of every paper there is."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from telegram_codec import DecodeError, EncodeError, describe
from telegram_codec.kinds import Code
from tools.cli.exits import Exit
from tools.cli.options import Json
from tools.cli.telegram_diff import differences
from tools.cli.telegram_values import NoSuchValueError, as_json, telegram_of
from tools.papers import NoTelegramError, telegram_called, telegrams

if TYPE_CHECKING:
    from telegram_codec import DescribedRow, Telegram
    from tools.papers import TelegramClass

app = typer.Typer(help="Read, write, look at and compare telegrams.", no_args_is_help=True)


def _spec(name: str) -> TelegramClass:
    try:
        return telegram_called(name)
    except NoTelegramError as error:
        raise typer.BadParameter(str(error)) from None


Spec = Annotated[
    str, typer.Argument(metavar="SPEC", help="Such as hangang.ApprovalRequest, or a file.py:ApprovalRequest.")
]
File = Annotated[Path | None, typer.Argument(help="The bytes; standard input if neither is given.")]
Hex = Annotated[str | None, typer.Option("--hex", help="The bytes as hex digits, spaces allowed.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show card numbers and secrets too.")]


def _refuse(sentence: str) -> NoReturn:
    typer.echo(f"payrelay: {sentence}", err=True)
    raise typer.Exit(Exit.REFUSED)


def _decoded(made: TelegramClass, data: bytes) -> Telegram:
    try:
        return made.decode(data)
    except DecodeError as error:
        _refuse(str(error))


@app.command(name="list")
def list_them(*, as_json_text: Json = False) -> None:
    """List every telegram of every paper."""
    found = [
        {
            "spec": name,
            "type": str(getattr(made, "kind", "")),
            "rows": len(made.layout.rows),
            "size": made.layout.size,
            "purpose": (made.__doc__ or "").partition("\n")[0],
        }
        for name, made in telegrams().items()
    ]
    if as_json_text:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("telegram", no_wrap=True)
    table.add_column("type", no_wrap=True)
    table.add_column("rows", justify="right")
    table.add_column("size", justify="right")
    table.add_column("what it is", overflow="ellipsis", no_wrap=True)
    for one in found:
        table.add_row(*(str(value) for value in one.values()))
    console().print(table)


@app.command()
def encode(spec: Spec) -> None:
    """Turn a JSON object of rows on standard input into bytes on standard output."""
    made = _spec(spec)
    try:
        values = json.load(sys.stdin)
        wire = telegram_of(made, values).encode()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        _refuse(f"standard input is not JSON: {error}.")
    except NoSuchValueError as error:
        _refuse(str(error))
    except EncodeError as error:
        _refuse(str(error))
    sys.stdout.buffer.write(wire)
    sys.stdout.buffer.flush()


@app.command()
def decode(spec: Spec, *, reveal: Reveal = False) -> None:
    """Turn bytes on standard input into a JSON object of rows; masked unless told otherwise."""
    telegram = _decoded(_spec(spec), sys.stdin.buffer.read())
    typer.echo(json.dumps(as_json(telegram, reveal=reveal), ensure_ascii=False, indent=2))


@app.command()
def show(spec: Spec, file: File = None, *, hex_digits: Hex = None) -> None:
    """Print a telegram row by row with its offsets, masked."""
    made = _spec(spec)
    if file and hex_digits:
        raise typer.BadParameter("a file or --hex, not both")
    try:
        if hex_digits is not None:
            data = bytes.fromhex(hex_digits)
        else:
            data = file.read_bytes() if file else sys.stdin.buffer.read()
    except ValueError:
        raise typer.BadParameter("--hex takes pairs of hex digits") from None
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from None
    _print_rows(_decoded(made, data), len(data))


def _print_rows(telegram: Telegram, wire_bytes: int) -> None:
    from rich.table import Table  # noqa: PLC0415 -- heavy
    from rich.text import Text  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    layout = telegram.layout
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("at", justify="right", no_wrap=True)
    table.add_column("bytes", justify="right", no_wrap=True)
    table.add_column("row", no_wrap=True)
    table.add_column("on the wire", overflow="fold", max_width=34)
    table.add_column("what it is", overflow="fold")
    for described in describe(telegram):
        is_blank = not described.raw.strip(" ")
        table.add_row(
            str(described.offset),
            str(described.length),
            described.field,
            Text(runs_counted(described.raw)),
            Text(_meaning(telegram, described)),
            style="dim" if is_blank else "",
        )
    shown = console()
    purpose = (type(telegram).__doc__ or "").partition("\n")[0]
    shown.print(Text(f"{layout.telegram}, {wire_bytes} bytes: {purpose}\n", style="bold"))
    shown.print(table)


def runs_counted(raw: str) -> str:
    """Wire text with its spaces visible, and long runs of spaces or stars as one of them and how many."""
    counted = re.sub(
        r"( ) {3,}|(\*)\*{11,}", lambda run: f" {run[0][0]}×{len(run[0])} ", raw.replace("·", "?")
    )
    return re.sub(r" (?=×)", "·", counted).strip()


def _meaning(telegram: Telegram, described: DescribedRow) -> str:
    """The row's note, with what its code says."""
    kind = telegram.layout.row(described.field).kind
    meaning = kind.meanings.get(getattr(telegram, described.field), "") if isinstance(kind, Code) else ""
    return f"{described.note} = {meaning}" if meaning else described.note


@app.command()
def diff(first: Spec, second: Spec) -> None:
    """Say what breaks for whoever knows the first telegram and gets the second; exit 3 if anything does."""
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    found = differences(_spec(first), _spec(second))
    shown = console()
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    table.add_column("row", no_wrap=True)
    table.add_column("what changed", overflow="fold")
    for one in found:
        table.add_row("breaks" if one.breaks else "fits", one.row, one.what)
    if found:
        shown.print(table)
    breaking = sum(one.breaks for one in found)
    if breaking:
        shown.print(f"\nNot compatible: {breaking} of {len(found)} differences break.")
        raise typer.Exit(Exit.REFUSED)
    shown.print(f"\nCompatible: {len(found)} differences, none breaks." if found else "The same layout.")
