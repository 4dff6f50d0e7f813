"""Two files of fixed-length records matched: fast, in little memory, in shards, equal to the core's rules."""
