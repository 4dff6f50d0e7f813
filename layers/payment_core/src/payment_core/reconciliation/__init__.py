"""Reconciliation: two accounts of the same sales, and what differs between them."""
