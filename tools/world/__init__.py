"""The local world: the embedded engine, what is deployed to it, and how both start and stop."""
