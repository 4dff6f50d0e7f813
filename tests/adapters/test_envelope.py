"""A body is opened layer by layer, bounded, and only as its headers say; nothing inside is ever repeated."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tracemalloc
import zlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.util import json_b64encode, urlsafe_b64decode

from payment_adapters.http.envelope import (
    MAXIMUM_INFLATED_BYTES,
    BodyTooLargeError,
    EnvelopeRefusedError,
    plain_body,
)
from payment_adapters.http.jose import EnvelopeKey, JweRefusedError, opened, sealed

PAN = "4000000000000002"
WORDS = json.dumps({"amount_won": 11_000, "card": {"number": PAN, "cvc": "917"}}).encode()
PRESENT, REPLACED = EnvelopeKey.derived(b"present"), EnvelopeKey.derived(b"replaced")
GZIP = {"content-encoding": "gzip"}
JOSE = {"content-type": "application/jose; charset=utf-8"}


def open_(headers: dict[str, str], body: bytes) -> bytes:
    return plain_body(headers, body, lambda: (PRESENT, REPLACED))


def token(content: bytes = WORDS, *, to: EnvelopeKey = PRESENT, cty: str = "") -> str:
    return sealed(content, to.private.public_key(), kid=to.kid, cty=cty)


def unusual(header: dict[str, Any], key: Any = None) -> str:  # noqa: ANN401 -- a key of any kind
    """A token that a careful sender would never make."""
    algorithms = ["ECDH-ES", "ECDH-ES+A256KW", "RSA-OAEP-256", "dir", "A256GCM", "A128GCM", "DEF", "A256KW"]
    public = ECKey(PRESENT.private.public_key(), PRESENT.private.public_key())
    protected = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": PRESENT.kid} | header
    registry = jwe.JWERegistry(algorithms=algorithms, strict_check_header=False)
    return jwe.encrypt_compact(protected, WORDS, key or public, registry=registry)


class TestGzip:
    """Content-Encoding: gzip."""

    def test_a_plain_body_is_what_it_was(self) -> None:
        assert open_({}, WORDS) == WORDS

    def test_a_compressed_body_is_inflated(self) -> None:
        assert open_(GZIP, gzip.compress(WORDS)) == WORDS

    @pytest.mark.parametrize(
        "body",
        [
            *(b"", WORDS, gzip.compress(WORDS)[:-1], gzip.compress(WORDS) + b"x", zlib.compress(WORDS)),
            *(gzip.compress(WORDS) * 2, gzip.compress(WORDS)[:-8] + bytes(8)),
        ],
        ids=["empty", "plain", "cut_off", "trailing", "not_gzip", "two_members", "wrong_checksum"],
    )
    def test_a_body_that_is_not_one_whole_gzip_is_refused(self, body: bytes) -> None:
        with pytest.raises(EnvelopeRefusedError) as refused:
            open_(GZIP, body)

        assert refused.value.layer == "gzip"
        assert PAN not in str(refused.value)

    def test_twenty_times_its_size_is_inflated_and_no_more(self) -> None:
        kept = gzip.compress(b"a" * 300 + bytes(range(200)))

        assert len(open_(GZIP, kept)) == 500
        with pytest.raises(BodyTooLargeError):
            open_(GZIP, gzip.compress(b"a" * 1_000))

    def test_sixty_four_kibibytes_are_inflated_and_not_one_more(self) -> None:
        digits = b"".join(b"%d," % (number * 7_919) for number in range(9_000))

        assert len(open_(GZIP, gzip.compress(digits[:MAXIMUM_INFLATED_BYTES]))) == MAXIMUM_INFLATED_BYTES
        with pytest.raises(BodyTooLargeError):
            open_(GZIP, gzip.compress(digits[: MAXIMUM_INFLATED_BYTES + 1]))

    def test_a_bomb_of_two_hundred_megabytes_is_refused_within_a_mebibyte(self) -> None:
        packer = zlib.compressobj(9, wbits=31)
        bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
        tracemalloc.start()

        with pytest.raises(BodyTooLargeError):
            open_(GZIP, bomb)

        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(bomb) > 190_000
        assert peak < 1_048_576

    @pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
    def test_another_encoding_is_refused(self, encoding: str) -> None:
        with pytest.raises(EnvelopeRefusedError):
            open_({"content-encoding": encoding}, gzip.compress(WORDS))


class TestJwe:
    """Content-Type: application/jose."""

    @pytest.mark.parametrize("key", [PRESENT, REPLACED], ids=["present", "replaced"])
    def test_an_encrypted_body_is_opened_with_the_key_it_names(self, key: EnvelopeKey) -> None:
        assert open_(JOSE, token(to=key).encode()) == WORDS

    def test_what_is_inside_may_be_compressed(self) -> None:
        assert open_(JOSE, token(gzip.compress(WORDS), cty="gzip").encode()) == WORDS

    def test_a_bomb_inside_is_a_bomb(self) -> None:
        with pytest.raises(BodyTooLargeError):
            open_(JOSE, token(gzip.compress(bytes(500_000)), cty="gzip").encode())

    def test_compression_around_the_encryption_is_refused(self) -> None:
        with pytest.raises(EnvelopeRefusedError):
            open_(JOSE | GZIP, gzip.compress(token().encode()))

    @pytest.mark.parametrize(
        "header",
        [
            {"zip": "DEF"},
            {"enc": "A128GCM"},
            {"alg": "ECDH-ES+A256KW"},
            {"kid": "made up"},
            {"cty": "text"},
            {"apu": "QQ"},
            {"jku": "https://keys.example/jwks"},
        ],
        ids=str,
    )
    def test_a_header_that_asks_for_anything_else_is_refused(self, header: dict[str, Any]) -> None:
        with pytest.raises(EnvelopeRefusedError) as refused:
            open_(JOSE, unusual(header).encode())

        assert refused.value.layer == "jwe"

    @pytest.mark.parametrize(
        ("alg", "key"),
        [
            ("dir", OctKey.import_key(bytes(32))),
            ("A256KW", OctKey.import_key(bytes(32))),
            ("RSA-OAEP-256", RSAKey.generate_key(2_048)),
        ],
        ids=["dir", "A256KW", "RSA-OAEP-256"],
    )
    def test_a_key_of_another_kind_is_refused(self, alg: str, key: Any) -> None:  # noqa: ANN401 -- a key of any kind
        with pytest.raises(EnvelopeRefusedError):
            open_(JOSE, unusual({"alg": alg}, key).encode())

    @pytest.mark.parametrize("name", ["crit", "b64", "jwk", "x5c", "p2c"])
    def test_a_header_name_that_is_not_on_the_list_is_refused(self, name: str) -> None:
        head, *rest = token().split(".")
        header = json.loads(jwe_bytes(head)) | {name: ["exp"]}

        with pytest.raises(JweRefusedError, match="nothing else"):
            opened(".".join([encoded(header), *rest]), (PRESENT,))

    @pytest.mark.parametrize("word", [{"kid": 1}, {"kid": ""}, {"cty": []}, {"epk": None}, {"alg": "none"}])
    def test_a_header_word_of_another_kind_is_refused(self, word: dict[str, Any]) -> None:
        head, *rest = token().split(".")

        with pytest.raises(JweRefusedError):
            opened(".".join([encoded(json.loads(jwe_bytes(head)) | word), *rest]), (PRESENT,))

    def test_a_one_time_key_off_the_curve_is_refused(self) -> None:
        head, *rest = token().split(".")
        header = json.loads(jwe_bytes(head))
        header["epk"] |= {"y": header["epk"]["x"]}

        with pytest.raises(JweRefusedError, match="P-256"):
            opened(".".join([encoded(header), *rest]), (PRESENT,))

    @given(st.integers(0, 4), st.integers(0, 2_000), st.characters())
    def test_no_damage_is_more_than_refused(self, part: int, at: int, sign: str) -> None:
        parts = GOOD.split(".")
        at %= len(parts[part]) or 1
        parts[part] = parts[part][:at] + sign + parts[part][at + 1 :]
        damaged = ".".join(parts)

        try:
            assert opened(damaged, (PRESENT,)).content == WORDS  # spare bits of base64
        except JweRefusedError as refused:
            assert PAN not in repr(refused)  # noqa: PT017 -- either outcome is right, no other is

    @given(st.text(max_size=200))
    def test_no_text_is_more_than_refused(self, text: str) -> None:
        with pytest.raises(EnvelopeRefusedError):
            open_(JOSE, text.encode("utf-8", "surrogatepass"))


class TestCard:
    """The card alone, encrypted inside plain words."""

    def test_the_card_is_opened_where_it_stands(self) -> None:
        card = {"number": PAN, "cvc": "917"}
        body = json.dumps({"amount_won": 11_000, "card": {"jwe": token(json.dumps(card).encode())}})

        assert json.loads(open_({}, body.encode())) == json.loads(WORDS)
        assert json.loads(open_(GZIP, gzip.compress(body.encode()))) == json.loads(WORDS)

    @pytest.mark.parametrize("content", [b"[]", b"4000000000000002", b"{", b"\xff"])
    def test_a_card_that_is_none_is_refused_and_not_repeated(self, content: bytes) -> None:
        body = json.dumps({"card": {"jwe": token(content)}}).encode()

        with pytest.raises(EnvelopeRefusedError) as refused:
            open_({}, body)

        assert refused.value.layer == "card"
        assert PAN not in repr(refused.value) + str(refused.value)

    @pytest.mark.parametrize(
        "body", [b'{"jwe"', b'{"card": {"jwe": 1}}', b'{"card": {"jwe": "x", "number": ""}}']
    )
    def test_words_of_another_form_are_left_to_whoever_reads_them(self, body: bytes) -> None:
        assert open_({}, body) == body


def jwe_bytes(part: str) -> bytes:

    return urlsafe_b64decode(part.encode())


def encoded(header: dict[str, Any]) -> str:

    return json_b64encode(header).decode()


GOOD = token()


def test_the_same_secret_gives_the_same_key_and_another_another() -> None:
    again = EnvelopeKey.derived.__wrapped__(EnvelopeKey, b"present")

    assert again.kid == PRESENT.kid != REPLACED.kid
    assert isinstance(PRESENT.private.curve, ec.SECP256R1)
    assert PRESENT.public_jwk().keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_what_was_opened_shows_nothing_of_itself() -> None:
    assert PAN not in repr(opened(GOOD, (PRESENT,)))


def test_a_plain_request_does_not_load_the_library() -> None:
    program = (
        "import sys; from payment_adapters.http.envelope import plain_body;"
        "plain_body({}, b'{}', tuple); print('joserfc' in sys.modules)"
    )

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "False"
