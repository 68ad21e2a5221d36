"""Bots over HTTP."""
