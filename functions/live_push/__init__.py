"""Bots' logs over HTTP."""
