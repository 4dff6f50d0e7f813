"""ISO 8583: an element out of order, twice, or where none can stand is refused at import, naming both."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from telegram_codec import DecodeError, EncodeError, LayoutError
from telegram_codec.iso8583 import IsoTelegram, ll_text, optional

_PREAMBLE = """\
from __future__ import annotations
from telegram_codec import LengthHeader, Telegram
from telegram_codec.fields import blank, constant, digits, hhmmss, nested, own_length, text, won
from telegram_codec.iso8583 import IsoTelegram, optional

class Head(IsoTelegram, framing=LengthHeader(maximum_bytes=200)):
    audit_number: str = digits(11, 6)

"""

Importing = Callable[[str], ModuleType]


@pytest.fixture
def importing(monkeypatch: pytest.MonkeyPatch) -> Importing:
    """Imports paper.py: a class of one element, then a body that starts on line 9."""

    def import_paper(body: str) -> ModuleType:
        module = ModuleType("paper")
        monkeypatch.setitem(sys.modules, "paper", module)
        exec(compile(_PREAMBLE + body, "paper.py", "exec"), module.__dict__)  # noqa: S102 - the test's own text
        return module

    return import_paper


@pytest.mark.parametrize(
    ("body", "rule", "first", "second"),
    [
        pytest.param(
            "class Sale(Head):\n name: str = text(43, 40)\n amount_won: int = won(4, 12)\n",
            "element 4 stands behind 43",
            "paper.py:10 name: element 43",
            "paper.py:11 amount_won: element 4",
            id="out of order",
        ),
        pytest.param(
            "class Sale(Head):\n serial: str = digits(11, 6)\n",
            "element 11 belongs to two rows",
            "paper.py:7 audit_number: element 11",
            "paper.py:10 serial: element 11",
            id="number of the base",
        ),
        pytest.param(
            "class Sale(Head):\n one: str = digits(37, 6)\n two: str = digits(37, 6)\n",
            "element 37 belongs to two rows",
            "paper.py:10 one: element 37",
            "paper.py:11 two: element 37",
            id="number twice",
        ),
        pytest.param(
            "class Sale(Head):\n serial: str = digits(1, 6)\n",
            "bit 1 says that a secondary bitmap follows",
            "paper.py:9 paper.Sale",
            "paper.py:10 serial: element 1",
            id="bit 1",
        ),
        pytest.param(
            "class Sale(Head):\n serial: str = digits(65, 6)\n",
            "bit 65 is reserved for a tertiary bitmap",
            "paper.py:9 paper.Sale",
            "paper.py:10 serial: element 65",
            id="bit 65",
        ),
        pytest.param(
            "class Sale(Head):\n serial: str = digits(129, 6)\n",
            "elements are 2 to 128",
            "paper.py:9 paper.Sale",
            "paper.py:10 serial: element 129",
            id="above 128",
        ),
        pytest.param(
            "class Sale(Head):\n name: str = text(43, 40)\n name: str = text(44, 40)\n",
            "two lines are called 'name'",
            "paper.py:10 name",
            "paper.py:11 name",
            id="name twice",
        ),
        pytest.param(
            "class Sale(Head):\n bitmap: str = text(43, 40)\n",
            "'bitmap' is a word of every ISO 8583 telegram",
            "paper.py:9 paper.Sale",
            "paper.py:10 bitmap: element 43",
            id="reserved name",
        ),
        pytest.param(
            "class Sale(Head):\n kind: str = text(43, 40)\n",
            "'kind' is a word of every ISO 8583 telegram",
            "paper.py:9 paper.Sale",
            "paper.py:10 kind: element 43",
            id="name of the message type",
        ),
        pytest.param(
            "class Sale(Head):\n length: int = own_length(43, 4)\n",
            "the length of the telegram is its framing's",
            "paper.py:9 paper.Sale",
            "paper.py:10 length: element 43",
            id="length",
        ),
        pytest.param(
            "class Sale(Head):\n name: str | None = blank(43, 4)\n",
            "an element is filled or absent, never blank",
            "paper.py:9 paper.Sale",
            "paper.py:10 name: element 43",
            id="blank",
        ),
        pytest.param(
            "class Sale(Head):\n moment: time = hhmmss(12, 4)\n",
            "a time of day as HHMMSS takes 6 bytes",
            "paper.py:9 paper.Sale",
            "paper.py:10 moment: element 12",
            id="size",
        ),
        pytest.param(
            "class Sale(Head):\n name: str = text(43, 180)\n",
            "the frame is too small, needs 218 bytes, the frame holds 1 to 196",
            "paper.py:10 name: element 43",
            "paper.py:9 paper.Sale: 222 bytes at most",
            id="frame",
        ),
        pytest.param(
            "class Sale(Head, mti='020'):\n pass\n",
            "a message type is four digits, not '020'",
            "paper.py:9 paper.Sale",
            "mti='020'",
            id="message type",
        ),
    ],
)
def test_a_paper_that_contradicts_itself_cannot_be_imported(
    importing: Importing, body: str, rule: str, first: str, second: str
) -> None:
    with pytest.raises(LayoutError) as refused:
        importing(body)

    assert (refused.value.rule, refused.value.first, refused.value.second) == (rule, first, second)
    assert refused.value.telegram == "paper.Sale"


def test_a_subclass_adds_elements_wherever_their_numbers_belong(importing: Importing) -> None:
    module = importing(
        "class Sale(Head, mti='0200'):\n amount_won: int = won(4, 12)\n name: str = text(43, 4)\n"
        "class Refund(Sale, mti='0220'):\n amount_won: int = constant(4, 12, '000000000000')\n"
    )

    assert [row.offset for row in module.Sale.layout.rows] == [0, 1, 4, 11, 43]
    assert module.Sale(audit_number="000001", amount_won=5, name="x").encode() == (
        b"004202001020000000200000000000000005000001x   "
    )
    assert module.Refund(audit_number="000001", name="x").kind == "0220"


def test_a_class_without_a_message_type_is_for_others_to_continue(importing: Importing) -> None:
    head = importing("").Head

    with pytest.raises(EncodeError, match="kind: a message type, which this class does not have"):
        head(audit_number="000001").encode()
    with pytest.raises(DecodeError, match="a message type, which this class does not have"):
        head.decode(b"00260020000000000000000001")


def test_a_group_is_packed_if_it_is_all_digits(importing: Importing) -> None:
    module = importing(
        "class Numbers(Telegram, size=6):\n serial: str = digits(0, 4)\n count: int = won(4, 2)\n"
        "class Words(Telegram, size=6):\n serial: str = digits(0, 4)\n word: str = text(4, 2)\n"
        "class Sale(IsoTelegram, mti='0200', bitmap='binary', digits='bcd'):\n"
        " numbers: Numbers = nested(61, 6, Numbers)\n words: Words = nested(62, 6, Words)\n"
    )
    sale = module.Sale(
        numbers=module.Numbers(serial="4711", count=9), words=module.Words(serial="4711", word="ab")
    )
    wire = bytes.fromhex("0200 000000000000000c 471109") + b"4711ab"

    assert sale.encode() == wire
    assert module.Sale.decode(wire) == sale


def test_text_behind_two_digits_may_be_secret_and_have_a_default() -> None:
    class Note(IsoTelegram, mti="0800"):
        words: str = ll_text(48, 20, default="-", secret=True)
        more: str | None = optional(ll_text(60, 4, at_least=4))

    assert Note().encode() == b"0800" + b"0000000000010000" + b"01-"
    assert Note.layout.row("words").size == len("LL") + 20
    assert repr(Note(words="8642")).endswith("Note(words=<secret>, more=None)")
    with pytest.raises(EncodeError, match="element 48: LL and 0 to 20 bytes of text, not 21"):
        Note(words="x" * 21).encode()
    with pytest.raises(EncodeError, match="element 60: LL and 4 bytes of text, not 1"):
        Note(more="x").encode()
