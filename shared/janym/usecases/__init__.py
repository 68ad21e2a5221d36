"""Decisions and verbs, one module per capability, with no I/O of their own.

A verb that takes `uow` works inside its caller's transaction and leaves the commit to it: so a
request's answer is stored with what it did, or neither. One that takes `units` opens its own.
"""
