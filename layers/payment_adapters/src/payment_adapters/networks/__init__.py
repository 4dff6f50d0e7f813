"""The lines to VANs and issuers."""
