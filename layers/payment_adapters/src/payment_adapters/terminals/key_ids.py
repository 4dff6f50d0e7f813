"""Key ids: who signed, and with which of a terminal's keys; the id alone decides the algorithm.

| key id                                    | key                                                        |
|-------------------------------------------|------------------------------------------------------------|
| ``merchant.terminal.epoch``               | hmac-sha256, derived, generation 1                         |
| ``merchant.terminal.epoch.generation``    | hmac-sha256, derived, generation 2 and later               |
| ``merchant.terminal.epoch.thumbprint``    | ed25519, registered; the thumbprint of RFC 7638, base64url |
"""

from __future__ import annotations

import re
from typing import Final

from payment_core.kernel.frozen import dataclass

FIRST_GENERATION: Final = 1
_FORM: Final = re.compile(
    r"(?P<merchant>[0-9A-Za-z]{1,15})\.(?P<terminal>[0-9A-Za-z]{1,15})\.(?P<epoch>0|[1-9][0-9]{0,3})"
    r"(?:\.(?:(?P<generation>[1-9][0-9]{0,3})|(?P<thumbprint>[A-Za-z0-9_-]{43})))?",
    re.ASCII,
)


@dataclass(frozen=True)
class Terminal:
    """Who signed: one POS terminal of one merchant, in its present epoch."""

    merchant: str
    terminal: str
    terminal_epoch: int

    @property
    def key_id(self) -> str:
        """The id of its first key, ``1001.10010001.1``."""
        return f"{self.merchant}.{self.terminal}.{self.terminal_epoch}"


@dataclass(frozen=True)
class KeyId:
    """One key of one terminal: a generation of its derived keys, or a public key it registered.

    Attributes:
        thumbprint: Of the registered key; empty for a derived one.
    """

    terminal: Terminal
    generation: int = FIRST_GENERATION
    thumbprint: str = ""

    def __str__(self) -> str:
        """As it travels in ``keyid``."""
        if self.thumbprint:
            return f"{self.terminal.key_id}.{self.thumbprint}"
        if self.generation == FIRST_GENERATION:
            return self.terminal.key_id
        return f"{self.terminal.key_id}.{self.generation}"

    @classmethod
    def parse(cls, text: str) -> KeyId:
        """Read a key id.

        Raises:
            ValueError: it has none of the three forms, or is another spelling of one.
        """
        found = _FORM.fullmatch(text)
        if found is None or found["generation"] == str(FIRST_GENERATION):
            raise ValueError("not a key id")
        terminal = Terminal(found["merchant"], found["terminal"], int(found["epoch"]))
        return cls(terminal, int(found["generation"] or FIRST_GENERATION), found["thumbprint"] or "")
