"""The command line of payrelay: one file per group of commands, heavy imports only where they are used."""
