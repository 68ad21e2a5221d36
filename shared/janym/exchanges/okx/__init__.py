"""OKX v5: public market data of spot and of perpetual swaps."""

NAME = "okx"
