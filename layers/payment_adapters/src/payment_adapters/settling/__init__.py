"""Settling: the day's stages on tables, buckets and files; the rules are in payment_core/settlement and ledger."""
