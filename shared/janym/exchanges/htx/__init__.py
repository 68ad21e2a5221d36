"""HTX, once Huobi: its public market data."""

NAME = "htx"
