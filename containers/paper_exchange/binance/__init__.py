"""Binance spot as it looks from outside: REST, market streams, user stream."""
