"""Matching two files of fixed-length records: fast, in bounded memory, in shards, equal to the core's rules."""
