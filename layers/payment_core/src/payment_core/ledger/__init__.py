"""Ledger (원장): accounts, and postings that balance."""
