"""The real gateway over memory, and everything hostile that may be said to it: what `make fuzz-api` runs."""
