"""Wishes of owners over HTTP."""
