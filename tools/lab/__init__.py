"""The deterministic laboratory: the real handlers over AWS in memory, one process, one seed, virtual time."""
