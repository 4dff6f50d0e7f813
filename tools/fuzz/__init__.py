"""Telegrams made by chance, whole and damaged: what `make fuzz` and the benchmarks feed the codec with."""
