"""Approval: one sale from its claim to its last won, moved only by conditional writes."""
