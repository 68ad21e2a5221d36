"""Balances and profit in quote units (S0-098)."""

from decimal import Decimal

from containers.bridge import figures
from containers.bridge.figures import Prices
from containers.bridge.ledger import Day
from containers.bridge.lines import Balance
from janym.domain.pnl import ProfitAndLoss

PRICES = Prices(quote="USDT", base="ETH", mid=Decimal(2000), others={"BNB": Decimal(600)})


def held(total: str, available: str) -> Balance:
    return Balance(total=Decimal(total), available=Decimal(available))


def test_an_account_is_worth_what_its_priced_assets_are() -> None:
    worth = figures.worth(
        {
            "USDT": held("1000", "900"),
            "ETH": held("2", "1.5"),
            "BNB": held("0.1", "0.1"),
            "XYZ": held("5", "5"),
        },
        PRICES,
    )

    assert (worth.total, worth.available) == (Decimal(5060), Decimal(3960))
    assert worth.locked == Decimal(1100)


def test_an_asset_that_is_not_held_is_not_told() -> None:
    assert list(figures.held({"A": held("0", "0"), "B": held("1", "0")})) == ["B"]


def test_profit_is_a_fraction_of_what_the_account_was_first_worth() -> None:
    profit = ProfitAndLoss(gross=Decimal(12), fees=Decimal(2))

    told = figures.earned(profit, None, first_worth=Decimal(1000))

    assert (told.total, told.total_pct) == (Decimal(10), Decimal("0.01"))


def test_the_open_position_counts_at_the_price() -> None:
    profit = ProfitAndLoss(position=Decimal(2), flow=Decimal(-3000), cost=Decimal(3000))

    told = figures.earned(profit, Decimal(1600), first_worth=Decimal(0))

    assert (told.unrealized, told.total, told.total_pct) == (200, 200, 0)


def test_a_remainder_of_fifty_digits_fits_the_wire() -> None:
    third = Decimal(1) / Decimal(3) / Decimal(10**20)
    profit = ProfitAndLoss(position=Decimal(1), cost=third, gross=third)

    told = figures.earned(profit, Decimal(0), first_worth=Decimal(7))

    assert told.realized == 0


def test_counts_are_of_a_day() -> None:
    """S0-152, S0-153."""
    told = figures.counted(Day(filled=3, cancelled=2, volume=Decimal(9)), active=1)

    assert told.model_dump(mode="json") == {
        "active": 1,
        "filled_24h": 3,
        "cancelled_24h": 2,
        "volume_24h": "9",
    }
