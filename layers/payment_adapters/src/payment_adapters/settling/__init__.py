"""Settling: the stages of a day on tables, buckets and files; rules: payment_core/settlement and ledger."""
