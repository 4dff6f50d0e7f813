"""Checks that run inside the engine's environment, where a race or a store can be seen directly."""
