"""Strangers to talk to: VANs as they behave from outside, with their own books and their own bad days.

A simulator knows the telegrams of its VAN and nothing of payrelay.
"""
