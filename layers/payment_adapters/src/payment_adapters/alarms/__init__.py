"""Alarms for people: what is the matter, what to do next and where to look, by mail, webhook and chat."""
