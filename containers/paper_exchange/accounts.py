"""Accounts: an API key, its secret, what the key may do, and what fees it pays."""

from dataclasses import dataclass, field
from decimal import Decimal

from janym.matching.fees import FeeSchedule

MAKER_RATE = Decimal("0.001")
TAKER_RATE = Decimal("0.001")
TOKEN_DISCOUNT = Decimal("0.25")
HOUSE_MAKER = "house-maker"
HOUSE_TAKER = "house-taker"
HOUSE = frozenset({HOUSE_MAKER, HOUSE_TAKER})
HOUSE_FEES = FeeSchedule(maker=Decimal(0), taker=Decimal(0))
SPOT = "SPOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One API key is one account. The secret stays out of every representation."""

    api_key: str
    secret: str = field(repr=False)
    label: str
    permissions: tuple[str, ...]
    withdrawals: bool
    fee_asset: str | None
    created_ms: int

    @property
    def may_trade(self) -> bool:
        return SPOT in self.permissions

    @property
    def fees(self) -> FeeSchedule:
        """The first tier of both venues: 0.1 % for both sides; a quarter less when a token pays."""
        return FeeSchedule(
            maker=MAKER_RATE,
            taker=TAKER_RATE,
            token=self.fee_asset,
            token_discount=TOKEN_DISCOUNT,
        )
