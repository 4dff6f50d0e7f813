"""Our own terminals: their keys are derived from the master secret, as by the gateway (docs/adr/0005)."""

from __future__ import annotations

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.terminals.key_ids import Terminal as Signer
from payrelay.client import Connection, Credentials, Journal, Pos, Terminal


def credentials_of(signer: Signer, master: bytes, api_key: str = "") -> Credentials:
    """What the operator would hand to the vendor of this terminal; the API key meters and proves nothing."""
    return Credentials(signer.key_id, terminal_key(master, signer.key_id), api_key=api_key)


def pos_of(api_url: str, signer: Signer, master: bytes, journal: Journal, api_key: str = "") -> Pos:
    """The terminal at its counter."""
    terminal = Terminal(signer.merchant, signer.terminal, signer.terminal_epoch)
    return Pos(api_url, terminal, credentials_of(signer, master, api_key), journal)


def hand_of(signer: Signer, master: bytes, api_key: str = "") -> Connection:
    """The terminal's signature without a counter: it signs, and has nowhere to send."""
    return Connection("", credentials_of(signer, master, api_key))
