"""Projection: what the event stream comes to, in models that are made for reading."""
