"""Bybit v5 spot: what is asked, how it is signed, what the answers mean."""

NAME = "bybit"
