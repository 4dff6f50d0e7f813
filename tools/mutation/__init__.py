"""One small change at a time, and whether any test of the rules notices (docs/proof/mutation.md)."""
