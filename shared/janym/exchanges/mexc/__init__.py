"""MEXC: its public market data."""

NAME = "mexc"
