"""The tables: keys, items, and the conditional writes that move them."""
