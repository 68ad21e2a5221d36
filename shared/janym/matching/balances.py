"""Balances of accounts: what is free and what open orders hold. Nothing goes below zero."""

from dataclasses import dataclass
from decimal import Decimal

from janym.matching.order import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    free: Decimal = ZERO
    locked: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.free + self.locked


NOTHING = Holding()


class Overdrawn(Exception):
    """A movement would leave a balance below zero; nothing has changed."""


class Balances:
    """Holdings by account and asset."""

    def __init__(self) -> None:
        self._accounts: dict[str, dict[str, Holding]] = {}

    def open(self, account: str, holdings: dict[str, Holding]) -> None:
        """Begin an account with these holdings, or replace them."""
        self._accounts[account] = dict(holdings)

    def get(self, account: str, asset: str) -> Holding:
        return self._accounts[account].get(asset, NOTHING)

    def of(self, account: str) -> dict[str, Holding]:
        """Return a copy of an account's holdings. Raises KeyError if it is not open."""
        return dict(self._accounts[account])

    def total(self, asset: str) -> Decimal:
        """Return the sum of an asset over all accounts."""
        return sum((held.get(asset, NOTHING).total for held in self._accounts.values()), ZERO)

    def move(self, account: str, asset: str, *, free: Decimal, locked: Decimal = ZERO) -> None:
        """Add to free and to locked; raises `Overdrawn` where either would fall below zero."""
        held = self.get(account, asset)
        after = Holding(free=held.free + free, locked=held.locked + locked)
        if after.free < 0 or after.locked < 0:
            raise Overdrawn(
                f"{account} has {held} {asset}; cannot add {free} free, {locked} locked"
            )
        self._accounts[account][asset] = after

    def lock(self, account: str, asset: str, amount: Decimal) -> None:
        self.move(account, asset, free=-amount, locked=amount)

    def unlock(self, account: str, asset: str, amount: Decimal) -> None:
        self.move(account, asset, free=amount, locked=-amount)
