"""A statement is opened in a spreadsheet: what strangers wrote in it stays text, and amounts numbers."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from payment_adapters.settling.sheets import Sheet, as_csv, as_page, as_workbook, harmless

EVIL = '=HYPERLINK("http://x","<script>alert(1)</script>")'
SHEET = Sheet(
    "정산서 1001",
    [("가맹점", EVIL), ("합계", -11_000)],
    ["거래", "매입사", "금액"],
    [["1001-42", EVIL, 11_000], ["1001-43", "haneul", -4_000]],
    ["합계", "", 7_000],
)


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_a_spreadsheet_would_calculate_is_kept_text(said: str) -> None:
    assert harmless(said) == f"'{said}"


@pytest.mark.parametrize("said", ["haneul", "1001-42", "", -4_000, 11_000])
def test_words_and_amounts_stay_what_they_are(said: str | int) -> None:
    assert harmless(said) == said


def test_a_csv_reads_back_row_by_row_with_korean_heads() -> None:
    text = as_csv(SHEET).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(text))) == [
        ["거래", "매입사", "금액"],
        ["1001-42", f"'{EVIL}", "11000"],
        ["1001-43", "haneul", "-4000"],
        ["합계", "", "7000"],
    ]


def test_a_page_escapes_what_strangers_wrote() -> None:
    page = as_page(SHEET, "ko").decode()

    assert "<script>alert" not in page
    assert '<td class="num">-4,000</td>' in page
    assert '<html lang="ko">' in page


def test_a_workbook_holds_no_formula_and_the_amounts_as_numbers() -> None:
    with zipfile.ZipFile(io.BytesIO(as_workbook(SHEET))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()

    assert "<f>" not in sheet
    assert "<v>-4000</v>" in sheet
