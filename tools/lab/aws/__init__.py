"""AWS in memory: what the adapters use of it, with AWS's rules, without randomness and without sleep."""
