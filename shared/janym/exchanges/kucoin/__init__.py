"""KuCoin: its public market data."""

NAME = "kucoin"
