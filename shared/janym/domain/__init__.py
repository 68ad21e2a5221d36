"""Nouns, rules, state machines, errors and topics: standard library only."""
