"""A sheet of figures as a page, as CSV and as a workbook: the same rows, harmless wherever they are opened.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and what merchants,
acquirers and VANs write stands in these cells. Text is therefore kept text; amounts are numbers, below 0 too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape
from typing import Final

from payment_core.kernel.frozen import dataclass

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK: Final = "\N{BYTE ORDER MARK}"  # else a spreadsheet reads Korean as something else
STYLE: Final = (
    "body{font:14px/1.5 system-ui,'Noto Sans KR',sans-serif;margin:32px auto;max-width:1100px;color:#16211f}"
    "h1{font-size:20px}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 20px;margin:0 0 20px}"
    "dt{color:#56635f}dd{margin:0}table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "th{text-align:left;color:#56635f;font-weight:500}"
    "th,td{padding:5px 10px 5px 0;border-bottom:1px solid #dde3e0}"
    ".num{text-align:right}tfoot td{font-weight:600}"
)

Cell = str | int


@dataclass(frozen=True)
class Sheet:
    """One table with what stands above and below it.

    Attributes:
        facts: Label and value, above the table.
        rows: Each as long as `heads`; amounts are numbers.
        totals: A last row; an empty text where a column has none.
    """

    title: str
    facts: Sequence[tuple[str, Cell]]
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Cell]


def harmless(cell: Cell) -> Cell:
    """Text that no spreadsheet takes for a formula; a number is one already."""
    if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS):
        return f"'{cell}"
    return cell


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark, lines ended by CR LF (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in (sheet.heads, *sheet.rows, sheet.totals):
        writer.writerow([harmless(cell) for cell in row])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def as_page(sheet: Sheet, language: str) -> bytes:
    """A page that needs nothing else: to be read, printed, or sent."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{_shown(value)}</dd>" for name, value in sheet.facts)
    heads = "".join(f"<th>{escape(head)}</th>" for head in sheet.heads)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in sheet.rows)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(sheet.title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(sheet.title)}</h1><dl>{facts}</dl>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
        f"<tfoot><tr>{_cells(sheet.totals)}</tr></tfoot></table></body></html>\n"
    ).encode()


def as_workbook(sheet: Sheet) -> bytes:
    """XLSX; every text is a string and never a formula, a link or a number."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 -- only a statement is one

    made = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(made, settings) as book:
        plain, bold = (
            book.add_format({"num_format": "#,##0"}),
            book.add_format({"bold": True, "num_format": "#,##0"}),
        )
        page = book.add_worksheet()
        page.write_string(0, 0, sheet.title, bold)
        for line, (name, value) in enumerate(sheet.facts, 1):
            page.write_string(line, 0, name)
            _write(page, line, 1, value, plain)
        first = len(sheet.facts) + 2
        for line, (row, style) in enumerate(
            [(sheet.heads, bold), *((row, plain) for row in sheet.rows), (sheet.totals, bold)], first
        ):
            for column, cell in enumerate(row):
                _write(page, line, column, cell, style)
        page.autofit()
    return made.getvalue()


def _write(page: object, line: int, column: int, cell: Cell, style: object) -> None:
    write = page.write_number if isinstance(cell, int) else page.write_string  # type: ignore[attr-defined]  # no stubs
    write(line, column, cell, style)


def _cells(row: Sequence[Cell]) -> str:
    return "".join(
        f'<td class="num">{_shown(cell)}</td>' if isinstance(cell, int) else f"<td>{_shown(cell)}</td>"
        for cell in row
    )


def _shown(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else escape(cell)
