"""Binance spot: what is asked, how it is signed, what the answers mean."""

NAME = "binance"
