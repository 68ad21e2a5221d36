"""CoinEx: its public market data."""

NAME = "coinex"
