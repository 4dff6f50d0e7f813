"""Every order in which one sale can go wrong, walked on the table that production uses."""
