"""Hostile bodies and signatures, made by hand: what people and programs really send to payment APIs."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

Words = dict[str, Any]
Headers = dict[str, str]

LIMIT: Final = 16 * 1024


def _text(words: object) -> bytes:
    return json.dumps(words, ensure_ascii=False).encode(errors="surrogatepass")


def _with(**changes: Any) -> Callable[[Random, Words], bytes]:  # noqa: ANN401 -- any JSON
    return lambda _, words: _text({**words, **changes})


def _card(**changes: Any) -> Callable[[Random, Words], bytes]:  # noqa: ANN401 -- any JSON
    return lambda _, words: _text({**words, "card": {**words.get("card", {}), **changes}})


def _raw(name: str, number: str) -> Callable[[Random, Words], bytes]:
    """A number that Python would not write: put into the text itself."""
    return lambda _, words: _text({**words, name: "@@"}).replace(b'"@@"', number.encode())


def _twice(name: str, value: object) -> Callable[[Random, Words], bytes]:
    return lambda _, words: _text(words)[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}".encode()


def _charset(codec: str) -> Callable[[Random, Words], bytes]:
    return lambda _, words: json.dumps({**words, "tender": "카드"}, ensure_ascii=False).encode(codec)


def _wrong_luhn(chance: Random, words: Words) -> bytes:
    card = words.get("card", {"number": "0000000000000000"})
    last = str((int(card["number"][-1]) + chance.randint(1, 9)) % 10)
    return _text({**words, "card": {**card, "number": card["number"][:-1] + last, "entry": "KEYED"}})


def _nested(chance: Random, words: Words) -> bytes:
    depth = chance.choice([4, 500])
    return _text(words)[:-1] + b', "a": ' + b"[" * depth + b"]" * depth + b"}"


def _flipped(chance: Random, words: Words) -> bytes:
    body = bytearray(_text(words))
    for _ in range(chance.randint(1, 8)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    return bytes(body)


def _cut(chance: Random, words: Words) -> bytes:
    body = _text(words)
    return body[: chance.randrange(1, len(body))]


BODIES: Final[Mapping[str, Callable[[Random, Words], bytes]]] = {
    "oversized": lambda chance, words: _text({**words, "memo": "x" * LIMIT * chance.choice([1, 4, 64])}),
    "nearly oversized": lambda _, words: _text(words).ljust(LIMIT),
    "deeply nested lists": lambda chance, _: b"[" * chance.choice([5, 100, 1_000, 16_000]),
    "deeply nested objects": lambda chance, _: b'{"card":' * chance.choice([5, 100, 2_000]),
    "nested and closed": _nested,
    "brackets in a text": lambda _, words: _text({**words, "tender": "[{" * 50}),
    "quotes without end": lambda _, words: _text(words)[:-1] + b'"' * 9_000,
    "utf-16": _charset("utf-16"),
    "utf-32": _charset("utf-32"),
    "euc-kr": _charset("euc-kr"),
    "utf-8 with a mark": lambda _, words: b"\xef\xbb\xbf" + _text(words),
    "overlong utf-8": lambda _, words: _text(words).replace(b"card", b"c\xc1\xa1rd"),
    "lone surrogate": _with(tender="\ud800"),
    "escaped surrogate": lambda _, words: _text(words).replace(b'"tender": "card"', b'"tender": "\\ud800"'),
    "nul": _with(tender="card\x00"),
    "duplicate amount": _twice("amount_won", 100),
    "duplicate card": _twice("card", {"number": "4111111111111111"}),
    "duplicate by escape": lambda _, words: _text(words)[:-1] + b', "amount\\u005fwon": 100}',
    "huge number": _raw("amount_won", "9" * 5_000),
    "huge exponent": _raw("amount_won", "1e400"),
    "huge float": _raw("amount_won", "1" * 400 + ".0"),
    "float": _raw("amount_won", "11000.0"),
    "float that rounds": _raw("amount_won", "11000.5"),
    "exponent": _raw("amount_won", "11e3"),
    "minus zero": _raw("amount_won", "-0"),
    "leading zero": _raw("amount_won", "011000"),
    "plus": _raw("amount_won", "+11000"),
    "hex": _raw("amount_won", "0x2af8"),
    "nan": _raw("amount_won", "NaN"),
    "infinity": _raw("vat_won", "-Infinity"),
    "number as text": _with(amount_won="11000"),
    "bool as number": _with(amount_won=True),
    "negative amount": _with(amount_won=-11_000),
    "zero amount": _with(amount_won=0),
    "one won too many": _with(amount_won=1_000_000_001),
    "two to the 31": _with(amount_won=2**31),
    "two to the 64": _with(amount_won=2**64 + 11_000),
    "vat above the amount": _with(amount_won=11_000, vat_won=11_001),
    "negative vat": _with(vat_won=-1),
    "parts above the amount": _with(amount_won=1_000, service_won=600, tax_free_won=600),
    "instalments below the minimum": _with(amount_won=49_999, vat_won=0, installment_months=2),
    "instalments of 37 months": _with(amount_won=500_000, installment_months=37),
    "negative instalments": _with(amount_won=500_000, installment_months=-3),
    "instalments as text": _with(installment_months="03"),
    "month 00": _card(expiry="0030"),
    "month 13": _card(expiry="1330"),
    "expired last month": _card(expiry="1026"),
    "expired long ago": _card(expiry="0100"),
    "expiry of 3 digits": _card(expiry="123"),
    "wrong luhn": _wrong_luhn,
    "card of 9 digits": _card(number="411111111"),
    "card of 20 digits": _card(number="4" * 20),
    "full-width digits": _card(number="\uff14" * 16),
    "card with a new line": _card(number="4111111111111111\n"),
    "entry nobody knows": _card(entry="GUESSED"),
    "track 2 of letters": _card(track2="%B4111"),
    "no card": _with(card=None),
    "list of cards": _with(card=[{"number": "4111111111111111"}]),
    "unknown tender": _with(tender="crypto"),
    "unknown word": _with(loyalty="gold"),
    "prototype": _with(__proto__={"admin": True}),
    "card number as a word": _with(**{"4111111111111111": 1}),
    "date of another year": _with(business_date="20200101"),
    "date that is none": _with(business_date="20261399"),
    "sequence zero": _with(sequence=0),
    "null": lambda *_: b"null",
    "a list": lambda _, words: _text([words]),
    "a text": lambda *_: b'"approve"',
    "nothing": lambda *_: b"",
    "spaces": lambda *_: b" " * 100,
    "two documents": lambda _, words: _text(words) * 2,
    "comment": lambda _, words: b"/* */" + _text(words),
    "single quotes": lambda _, words: _text(words).replace(b'"', b"'"),
    "trailing comma": lambda _, words: _text(words)[:-1] + b",}",
    "form": lambda *_: b"amount_won=11000&card=4111111111111111",
    "xml bomb": lambda *_: b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
    "flipped bits": _flipped,
    "cut short": _cut,
    "noise": lambda chance, _: chance.randbytes(chance.randint(1, 400)),
}  # fmt: skip

_BOMB: Final = gzip.compress(b" " * 10_000_000)  # 9.7 kB that become 10 MB
_DEFLATED: Final = zlib.compress(b" " * 10_000_000)
_JWE: Final = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"ECDH-ES","enc":"A256GCM"}', b"", b"iv" * 6, b"cipher", b"tag" * 5)
)


def _jwe(header: bytes, *, parts: int = 5) -> bytes:
    rest = _JWE.split(".")[1:parts]
    return ".".join([base64.urlsafe_b64encode(header).decode().rstrip("="), *rest]).encode()


# Bodies that come with headers of their own.
GZIP: Final = {"Content-Encoding": "gzip"}
JOSE: Final = {"Content-Type": "application/jose"}
TELEGRAM: Final = {"Content-Type": "application/vnd.payrelay.telegram"}
FORMS: Final[Mapping[str, tuple[Headers, Callable[[Random, Words], bytes]]]] = {
    "gzip bomb": (GZIP, lambda *_: _BOMB),
    "deflate bomb": ({"Content-Encoding": "deflate"}, lambda *_: _DEFLATED),
    "gzip without end": (GZIP, lambda _, words: gzip.compress(_text(words))[:-9]),
    "gzip and more": (GZIP, lambda _, words: gzip.compress(_text(words)) + b"more"),
    "not gzip at all": (GZIP, lambda _, words: _text(words)),
    "encoding nobody knows": ({"Content-Encoding": "br, gzip"}, lambda _, words: _text(words)),
    "truncated JWE": (JOSE, lambda chance, _: _JWE[: chance.randrange(len(_JWE))].encode()),
    "JWE of four parts": (JOSE, lambda *_: _jwe(b'{"alg":"ECDH-ES","enc":"A256GCM"}', parts=4)),
    "JWE with alg none": (JOSE, lambda *_: _jwe(b'{"alg":"none","enc":"A256GCM"}')),
    "JWE with a symmetric key": (JOSE, lambda *_: _jwe(b'{"alg":"dir","enc":"A256GCM"}')),
    "JWE with zip": (JOSE, lambda *_: _jwe(b'{"alg":"ECDH-ES","enc":"A256GCM","zip":"DEF"}')),
    "JWE whose header is noise": (JOSE, lambda chance, _: _jwe(chance.randbytes(40))),
    "JOSE that is JSON": (JOSE, lambda _, words: _text(words)),
    "telegram that is none": (TELEGRAM, lambda _, words: _text(words)),
    "telegram of noise": (TELEGRAM, lambda chance, _: chance.randbytes(450)),
    "charset of Korea": ({"Content-Type": "application/json; charset=euc-kr"}, lambda _, words: _text(words)),
    "text": ({"Content-Type": "text/plain"}, lambda _, words: _text(words)),
    "form by header": ({"Content-Type": "application/x-www-form-urlencoded"}, lambda _, words: _text(words)),
    "no type": ({"Content-Type": ""}, lambda _, words: _text(words)),
    "odd type": ({"Content-Type": "application/json; boundary=x; charset"}, lambda _, words: _text(words)),
    "language of noise": ({"Accept-Language": "ko;q=9,*;q=0.0001,,;;q=é" * 50}, lambda *_: b"{"),
    "language of Korea": ({"Accept-Language": "en;q=0.5, ko-KR"}, lambda *_: b"{"),
}  # fmt: skip
