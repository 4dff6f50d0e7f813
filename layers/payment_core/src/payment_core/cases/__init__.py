"""Cases: what people must look at, and what two of them may do about it."""
