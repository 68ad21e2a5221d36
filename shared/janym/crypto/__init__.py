"""Envelope encryption of exchange keys."""
