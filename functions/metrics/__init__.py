"""Bots' figures over HTTP."""
