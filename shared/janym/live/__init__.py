"""Exchanges over the network: a venue's protocol joined to HTTP."""
