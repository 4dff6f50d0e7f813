"""The settlement side of the simulated VANs, issuers and banks: the day's files, from their own books alone."""
