"""Routing: which destination a sale goes to, and why."""
