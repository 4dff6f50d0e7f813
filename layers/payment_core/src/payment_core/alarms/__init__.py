"""Alarms: whom a change of state is told to, once an episode."""
