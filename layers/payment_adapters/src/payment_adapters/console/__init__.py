"""The operators' console: pages rendered here, on the server; functions/console is their door."""
