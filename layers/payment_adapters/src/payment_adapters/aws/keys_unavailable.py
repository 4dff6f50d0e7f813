"""Keys unavailable: KMS or Secrets Manager gave no answer; nothing was claimed, nothing was sent."""

from __future__ import annotations

from typing import ClassVar

from payment_core.kernel.refusal import Refusal


class KeysUnavailableError(Refusal):
    """Without its keys the gateway neither knows who speaks nor seals a card; the POS repeats its request."""

    code: ClassVar[str] = "keys-unavailable"
    http_status: ClassVar[int] = 503

    def __init__(self, service: str) -> None:
        """Name the service that gave no answer."""
        super().__init__(f"{service} gave no answer; nothing was sent, repeat the same request")
        self.service = service
