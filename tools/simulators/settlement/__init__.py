"""Files of settlement of the simulated VANs, issuers and banks, written from their own books alone."""
