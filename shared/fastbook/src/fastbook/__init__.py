"""Order books, compiled: ordinary frames of any venue into exact books."""

from fastbook.core import FOLLOWS, JsonPlan, Lane, Lanes, Levels, Side

__all__ = ["FOLLOWS", "JsonPlan", "Lane", "Lanes", "Levels", "Side"]
