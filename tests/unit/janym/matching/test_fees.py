"""Fees: rates, discount, conversion, and how far the decimals go."""

from decimal import Decimal

import pytest

from janym.matching import fees
from janym.matching.fees import Fee, FeeSchedule, Receipt

D = Decimal
SCHEDULE = FeeSchedule(maker=D("0.0005"), taker=D("0.001"), token="BNB", token_discount=D("0.25"))
BASE = Receipt(asset="ETH", amount=D("0.0333"), price=D("1999.99"), maker=False)


@pytest.mark.parametrize(("maker", "rate"), [(True, "0.0005"), (False, "0.001")])
def test_each_side_has_its_rate(*, maker: bool, rate: str) -> None:
    assert SCHEDULE.rate(maker=maker) == D(rate)


def test_the_received_asset_pays_its_share() -> None:
    assert fees.in_received(SCHEDULE, BASE) == Fee(
        asset="ETH", amount=D("0.0000333"), price=D("1999.99")
    )


def test_eight_decimals_are_kept_and_the_rest_is_cut_off() -> None:
    receipt = Receipt(asset="USDT", amount=D("3.33333999"), price=D(1), maker=False)

    assert fees.in_received(SCHEDULE, receipt).amount == D("0.00333333")


def test_a_received_token_has_the_discount() -> None:
    receipt = Receipt(asset="BNB", amount=D(4), price=D(600), maker=False)

    assert fees.in_received(SCHEDULE, receipt).amount == D("0.003")


def test_a_third_token_pays_the_value_at_its_price() -> None:
    fee = fees.in_token(SCHEDULE, BASE, token="BNB", price=D(600))

    assert fee == Fee(asset="BNB", amount=D("0.00008324"), price=D(600))
