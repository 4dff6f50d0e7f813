"""A key id has one spelling, and says whose key it is and of which kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_adapters.terminals.key_ids import KeyId, Terminal

TERMINAL = Terminal("1001", "10010001", 1)
THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    ("text", "key_id"),
    [
        ("1001.10010001.1", KeyId(TERMINAL)),
        ("1001.10010001.1.2", KeyId(TERMINAL, 2)),
        (f"1001.10010001.1.{THUMBPRINT}", KeyId(TERMINAL, thumbprint=THUMBPRINT)),
    ],
)
def test_a_key_id_reads_back_as_it_was_written(text: str, key_id: KeyId) -> None:
    assert KeyId.parse(text) == key_id
    assert str(key_id) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "1001", "1001.10010001", "1001.10010001.x", "1001.10010001.\u00b2", "a.b.1.2.3"),
        *(
            "1001.10010001.01",
            "1001.10010001.1.1",
            "1001.10010001.1.02",
            "1001.10010001.1.",
            " 1001.10010001.1",
        ),
        *("1001.10010001.1\n", f"1001.10010001.1.{THUMBPRINT}=", f"1001.10010001.1.2.{THUMBPRINT}"),
    ],
)
def test_a_key_id_of_another_form_names_nobody(text: str) -> None:
    with pytest.raises(ValueError, match="not a key id"):
        KeyId.parse(text)


@given(st.text(max_size=80))
def test_whatever_is_read_was_spelt_the_only_way(text: str) -> None:
    try:
        key_id = KeyId.parse(text)
    except ValueError:
        return

    assert str(key_id) == text
