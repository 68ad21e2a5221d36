"""Bybit v5, spot: REST under `/v5`, the public and the private stream."""
