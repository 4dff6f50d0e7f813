"""Signatures that hold, and those that must not: one small lie each, told about an event rightly signed.

RFC 9421 is written out here once more, in ten lines: twice as fast as the library that the POS client uses,
and a second reading of the standard for the gateway to agree with.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.signatures import TAG
from payment_adapters.terminals.key_ids import Terminal

Event = dict[str, Any]
FORGED: Final = "pos=:" + "A" * 43 + "=:"


def signed(
    method: str,
    path: str,
    body: bytes,
    key: str,
    *,
    signer: Terminal,
    master: bytes,
    created_at: int,
    nonce: str,
) -> dict[str, str]:
    """The headers of a rightly signed request; `created_at` is seconds since 1970."""
    covered = {"@method": method, "@path": path}
    headers: dict[str, str] = {}
    if body:
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
        headers = {"Content-Type": "application/json", "Content-Digest": digest, "Idempotency-Key": key}
        covered |= {"content-digest": digest, "idempotency-key": key}
    names = " ".join(f'"{name}"' for name in covered)
    said = f'({names});created={created_at};keyid="{signer.key_id}";nonce="{nonce}";tag="{TAG}"'
    text = "\n".join(
        [*(f'"{name}": {value}' for name, value in covered.items()), f'"@signature-params": {said}']
    )
    made = hmac.new(terminal_key(master, signer.key_id), text.encode(), hashlib.sha256).digest()
    return {
        **headers,
        "Signature-Input": f"pos={said}",
        "Signature": f"pos=:{base64.b64encode(made).decode()}:",
    }


def _headers(event: Event, **changes: str | None) -> Event:
    """The event with these headers replaced; ``None`` takes one out. Underscores stand for dashes."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    headers = {
        name: value
        for name, value in event["headers"].items()
        if name.lower() not in {one.lower() for one in named}
    }
    headers |= {name: value for name, value in named.items() if value is not None}
    return {
        **event,
        "headers": headers,
        "multiValueHeaders": {name: [said] for name, said in headers.items()},
    }


def _input(event: Event, pattern: str, instead: str) -> Event:
    return _headers(event, Signature_Input=re.sub(pattern, instead, event["headers"]["Signature-Input"]))


def _alg(name: str) -> Callable[[Random, Event], Event]:
    return lambda _, event: _input(event, r";tag=", f';alg="{name}";tag=')


def _cut(chance: Random, event: Event) -> Event:
    signature = event["headers"]["Signature"]
    return _headers(event, Signature=signature[: chance.randrange(len(signature) - 2)])


def _one_letter(chance: Random, event: Event) -> Event:
    signature = event["headers"]["Signature"]
    place = chance.randrange(5, len(signature) - 4)
    letter = "A" if signature[place] != "A" else "B"
    return _headers(event, Signature=signature[:place] + letter + signature[place + 1 :])


def _noise(chance: Random) -> str:
    return "".join(chance.choices('abc=:;,"()@?0123456789 \\\t*é', k=chance.randint(0, 80)))


LIES: Final[Mapping[str, Callable[[Random, Event], Event]]] = {
    "no signature": lambda _, event: _headers(event, Signature=None, Signature_Input=None),
    "no signature input": lambda _, event: _headers(event, Signature_Input=None),
    "input without signature": lambda _, event: _headers(event, Signature=None),
    "empty signature": lambda _, event: _headers(event, Signature="pos=::"),
    "forged signature": lambda _, event: _headers(event, Signature=FORGED),
    "signature cut short": _cut,
    "one letter changed": _one_letter,
    "signature of noise": lambda chance, event: _headers(event, Signature=_noise(chance)),
    "input of noise": lambda chance, event: _headers(event, Signature_Input=_noise(chance)),
    "digest of noise": lambda chance, event: _headers(event, Content_Digest=_noise(chance)),
    "no algorithm": _alg("none"),
    "another algorithm": _alg("rsa-v1_5-sha256"),
    "a curve for a key": _alg("ed25519"),
    "a hash nobody uses": _alg("hmac-md5"),
    "years too old": lambda chance, event: _input(
        event, r"created=(\d+)", f"created={1_000_000_000 + chance.randrange(10**8)}"
    ),
    "in the far future": lambda _, event: _input(event, r"created=(\d+)", "created=99999999999"),
    "huge time": lambda _, event: _input(event, r"created=(\d+)", "created=" + "9" * 15),
    "negative time": lambda _, event: _input(event, r"created=(\d+)", "created=-1"),
    "time as a text": lambda _, event: _input(event, r"created=(\d+)", 'created="now"'),
    "no time": lambda _, event: _input(event, r";created=\d+", ""),
    "another nonce": lambda _, event: _input(event, r'nonce="[^"]*"', 'nonce="again"'),
    "another terminal": lambda _, event: _input(event, r'keyid="[^"]*"', 'keyid="1001.10010002.1"'),
    "a key that is none": lambda _, event: _input(event, r'keyid="[^"]*"', 'keyid="admin"'),
    "an epoch that is none": lambda _, event: _input(event, r'keyid="[^"]*"', 'keyid="1001.10010001.²"'),
    "no key id": lambda _, event: _input(event, r';keyid="[^"]*"', ""),
    "a long key id": lambda _, event: _input(event, r'keyid="[^"]*"', f'keyid="{"9" * 5_000}.1.1"'),
    "another tag": lambda _, event: _input(event, r'tag="[^"]*"', 'tag="elsewhere"'),
    "no path": lambda _, event: _input(event, r'"@path" ?', ""),
    "nothing covered": lambda _, event: _input(event, r"\([^)]*\)", "()"),
    "covered twice": lambda _, event: _input(event, r'"@path"', '"@path" "@path"'),
    "covered and absent": lambda _, event: _input(event, r'"@path"', '"@path" "x-none"'),
    "two signers": lambda _, event: _headers(
        event,
        Signature_Input=event["headers"]["Signature-Input"]
        + ", "
        + event["headers"]["Signature-Input"].replace("pos=", "evil=", 1),
        Signature=event["headers"]["Signature"] + ", evil" + FORGED.removeprefix("pos"),
    ),
    "another path": lambda _, event: {
        **event,
        "path": event["path"].replace("10010001", "10010002") + ("" if "10010001" in event["path"] else "x"),
    },
    "another method": lambda _, event: _headers(
        {**event, "httpMethod": "GET" if event["httpMethod"] == "POST" else "POST"}
    ),
    "body changed afterwards": lambda _, event: {**event, "body": (event["body"] or "") + " "},
    "no headers": lambda _, event: {**event, "headers": None, "multiValueHeaders": None},
}
