"""Console: who of the operators may do what, and what is written down about it."""
