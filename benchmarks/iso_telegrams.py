"""The ISO 8583 approval of 40 elements beside pyiso8583, which is told the same elements.

Pyiso8583 gives and takes text by element. `texts_of` and `values_of` (benchmarks/iso_forty.py) are the typing
that its user has to write, and belong to its side: only so do both start and end with the same values.
"""

from __future__ import annotations

from typing import Any, Final

import iso8583
import iso8583.specs

from benchmarks.iso_forty import EXAMPLE, Forty, texts_of, values_of
from benchmarks.sides import Side, Targets
from telegram_codec.iso8583_kinds import Variable, VariableOctets
from telegram_codec.octets import Octets

TARGETS: Final = Targets(0.14, 0.09)


def _peer_elements() -> dict[str, Any]:
    """The elements of `Forty` in the words of pyiso8583."""
    elements: dict[str, Any] = {
        name: dict(element)
        for name, element in iso8583.specs.default_ascii.items()
        if name in ("h", "t", "p", "1")
    }
    for row in Forty.layout.elements:
        variable = row.kind if isinstance(row.kind, Variable) else None
        elements[str(row.offset)] = {
            "data_enc": "b" if isinstance(row.kind, Octets | VariableOctets) else "ascii",
            "len_enc": "ascii",
            "len_type": variable.prefix.digits if variable else 0,
            "max_len": variable.at_most if variable else row.size,
            "desc": row.name,
        }
    return elements


def sides() -> tuple[Side, Side]:
    """Ours and theirs, after they have agreed on the bytes and on every value and its type."""
    elements, wire = _peer_elements(), EXAMPLE.encode()

    def decode() -> dict[str, object]:
        return values_of(iso8583.decode(wire, elements)[0])

    def encode() -> bytes:
        return bytes(iso8583.encode(texts_of(EXAMPLE), elements)[0])

    read = decode()
    assert encode() == wire
    assert read == {name: getattr(EXAMPLE, name) for name in read}
    assert all(type(value) is type(getattr(EXAMPLE, name)) for name, value in read.items())
    assert set(read) == {row.name for row in Forty.layout.elements if row.given}
    assert Forty.decode(wire) == EXAMPLE
    return Side(lambda: Forty.decode(wire), EXAMPLE.encode), Side(decode, encode)
