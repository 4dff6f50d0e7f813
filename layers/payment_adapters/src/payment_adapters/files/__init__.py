"""Files of settlement: bytes of counterparties ↔ rows of ours, and where they lie."""
