"""Conditions of a list, built from a signed call's parameters, and its pages, newest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from containers.paper_exchange.bybit import errors, params
from containers.paper_exchange.bybit.signed import Call
from containers.paper_exchange.bybit.venue import Venue

SPAN_MS = 7 * 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An SQL condition with its values, for one page of `size` rows."""

    where: str
    values: tuple[str | int, ...]
    size: int

    def cursor(self, ids: Sequence[tuple[int, ...]]) -> str:
        """Return what leads to the next page; empty where this one was not full."""
        return "_".join(map(str, ids[-1])) if len(ids) == self.size else ""


class Query:
    """What an account asks to see of its own."""

    def __init__(self, call: Call) -> None:
        params.spot(call.values)
        self._given = call.values
        self.where = "account = ?"
        self.values: tuple[str | int, ...] = (call.account.api_key,)
        self.named = False

    def also(self, condition: str, *values: str | int) -> Self:
        self.where = f"{self.where} AND {condition}"
        self.values = (*self.values, *values)
        return self

    def order_ids(self, *, column: str = "id") -> Self:
        """Keep to the order that `orderId` or `orderLinkId` names, where one does."""
        order_id = params.integer(self._given, "orderId")
        client_id = self._given.get("orderLinkId", "")
        if order_id is not None:
            self.also(f"{column} = ?", order_id)
        if client_id:
            self.also("client_id = ?", client_id)
        self.named = order_id is not None or bool(client_id)
        return self

    def symbol(self, venue: Venue) -> Self:
        """Keep to a symbol, where one is given."""
        if self._given.get("symbol"):
            self.also("symbol = ?", venue.symbol(self._given))
        return self

    def times(self, column: str) -> Self:
        """Keep to `startTime` and `endTime`, at most seven days apart."""
        start = params.integer(self._given, "startTime")
        end = params.integer(self._given, "endTime")
        if start is not None and end is not None and end - start > SPAN_MS:
            raise errors.bad_parameter(
                "The time range between startTime and endTime is over 7 days"
            )
        if start is not None:
            self.also(f"{column} >= ?", start).also(f"{column} <= ?", end or start + SPAN_MS)
        elif end is not None:
            self.also(f"{column} <= ?", end).also(f"{column} >= ?", end - SPAN_MS)
        return self

    def page(self, *columns: str, default: int, most: int) -> Page:
        """Return one page, from `cursor` on, by falling `columns`."""
        cursor = self._given.get("cursor", "")
        if cursor:
            before = [int(part) for part in cursor.split("_") if re.fullmatch(params.LONG, part)]
            if len(before) != len(columns):
                raise errors.bad_parameter("params error: cursor invalid")
            marks = ", ".join("?" for _ in columns)
            self.also(f"({', '.join(columns)}) < ({marks})", *before)
        size = params.limit(self._given, default=default, most=most)
        falling = ", ".join(f"{column} DESC" for column in columns)
        where = f"{self.where} ORDER BY {falling} LIMIT ?"
        return Page(where=where, values=(*self.values, size), size=size)
