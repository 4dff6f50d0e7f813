"""Canaries: card data that is planted to be looked for, in every form in which it could be written down.

A card number and what follows the sign in track 2 are long enough to be looked for anywhere: nothing else
has their digits. Four digits are not: any counter or clock shows 9173 some day. So the CVC is looked for with
what stands around it where it could be: its name in JSON, in a Python repr or in a message, a wire item, and
the blank columns before it in a telegram. A test shows that each of them is found, and a bare 9173 is not.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

NUMBERS: Final = ("4111111111111111", "5555555555554444", "4000000000000002", "378282246310005")
CUSTOMER: Final = "01098765432"  # the phone of a cash receipt
CVC: Final = "9173"
AFTER_THE_SIGN: Final = "30121010000091731"  # expiry, service code, and what the issuer wrote
PIN_BLOCK: Final = "9F8E7D6C5B4A3920"
# Where a CVC could be written down; {} stands for it.
AROUND_A_CVC: Final = (
    '"cvc": "{}"',
    '"cvc":"{}"',
    "'cvc': '{}'",
    "cvc='{}'",
    "cvc={}",
    '\\"cvc\\": \\"{}\\"',
    '"S": "{}"',  # a wire item of DynamoDB
    " " * 8 + "{}",  # an approval that was keyed in: track 2 is blank before it
)
# The last digits of a masked card, and the processing code and the amount that follow them in an ISO paper,
# may spell this card number: 411111******9940 000000 000000020000. Anywhere else it is a card's.
ZEROS: Final = b"4000000000000002"
NOT_BEHIND_A_MASK: Final = re.compile(rb"(?<!\*)(?<!\*\d)(?<!\*\d\d)(?<!\*\d\d\d)" + ZEROS)
GZIP_MAGIC: Final = b"\x1f\x8b"
UNSTABLE_HEADS: Final = (0, 2, 3)  # characters of base64 that the bytes before decide, by alignment


def track2(number: str) -> str:
    """Track 2 of a card, as a reader gives it."""
    return f"{number}={AFTER_THE_SIGN}"


def fullwidth(text: str) -> str:
    """The same digits as a Korean keyboard may give them."""
    return "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in text)


def forms(text: str) -> Iterator[tuple[str, bytes]]:
    """Every form in which a text is looked for, with its name."""
    plain = text.encode()
    yield "plain", plain
    yield "utf-16", text.encode("utf-16-le")
    yield "hex", plain.hex().encode()
    yield "hex in capitals", plain.hex().upper().encode()
    yield "JSON escapes", "".join(f"\\u{ord(letter):04x}" for letter in text).encode()
    yield "percent escapes", "".join(f"%{byte:02X}" for byte in plain).encode()
    if quote(text) != text:
        yield "address", quote(text).encode()
    yield from _base64_forms("base64", plain)
    for once, written in _base64_forms("base64", plain):
        yield from _base64_forms(f"base64 of {once}", written)
    if text.isdigit():
        yield "full width", fullwidth(text).encode()
        yield "full width, EUC-KR", fullwidth(text).encode("euc-kr")
        for join in (" ", "-"):
            yield "in groups of four", join.join(re.findall(".{1,4}", text)).encode()
        # A digest without a key is no secret: there are few enough card numbers to try them all.
        for algorithm in ("md5", "sha1", "sha256"):
            digest = hashlib.new(algorithm, plain).digest()
            yield f"{algorithm} in hex", digest.hex().encode()
            yield f"{algorithm} in base64", b64encode(digest).rstrip(b"=")


def _base64_forms(name: str, plain: bytes) -> Iterator[tuple[str, bytes]]:
    """What of its base64 is the same whatever stands before and after it, for each of three alignments."""
    for before, head in enumerate(UNSTABLE_HEADS):
        written = b64encode(b"\0" * before + plain).rstrip(b"=")
        whole = (before + len(plain)) % 3 == 0
        yield f"{name}, {before} before", written[head : len(written) if whole else -1]


@dataclass(frozen=True)
class Found:
    """One canary in one sink."""

    sink: str
    canary: str
    form: str


class Searcher:
    """Looks for canaries in bytes, and in what is packed in them."""

    def __init__(self, canaries: dict[str, str]) -> None:
        """Take canaries by name."""
        self.needles = [
            (name, form, needle) for name, text in canaries.items() for form, needle in forms(text)
        ]

    @classmethod
    def of_cards(cls) -> Searcher:
        """The searcher for everything that is planted about cards."""
        numbers = {f"number {number[:4]}…": number for number in NUMBERS}
        cvcs = {f"CVC as {around.strip()}": around.format(CVC) for around in AROUND_A_CVC}
        return cls(
            {**numbers, **cvcs, "customer": CUSTOMER, "track 2": AFTER_THE_SIGN, "PIN block": PIN_BLOCK}
        )

    def look(self, sink: str, data: bytes) -> Iterator[Found]:
        """Everything that is found."""
        for name, form, needle in self.needles:
            if needle in data and (needle != ZEROS or NOT_BEHIND_A_MASK.search(data)):
                yield Found(sink, name, form)
        for place in (one.start() for one in re.finditer(re.escape(GZIP_MAGIC), data)):
            try:
                unpacked = gzip.decompress(data[place:])
            except (OSError, EOFError):
                continue  # two bytes that only look like it
            yield from self.look(f"{sink}, unpacked", unpacked)


def as_bytes(told: object) -> bytes:
    """Anything an AWS client gives, as it would stand in a file; bytes stay what they are."""
    if isinstance(told, bytes):
        return told
    return json.dumps(told, ensure_ascii=False, default=_raw).encode()


def _raw(told: object) -> str:
    return told.decode("latin-1") if isinstance(told, bytes) else str(told)
