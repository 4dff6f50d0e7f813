"""What a POS speaks: signatures of its requests, and problems told in one form."""
