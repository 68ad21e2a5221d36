"""Order books, compiled: ordinary frames of any venue into exact books."""

from fastbook.core import FOLLOWS, Ear, JsonPlan, Lane, Lanes, Levels, Side

__all__ = ["FOLLOWS", "Ear", "JsonPlan", "Lane", "Lanes", "Levels", "Side"]
