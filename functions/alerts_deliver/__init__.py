"""Carrying alerts to people."""
