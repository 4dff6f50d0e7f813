"""A POS terminal: it makes its key before it sends, signs what it says, and repeats until it knows."""
