"""Terminals: which keys of one are valid now, whether it may speak, and what software it runs."""
