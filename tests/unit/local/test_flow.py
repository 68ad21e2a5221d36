"""What a stack's flow server lists is what its paper exchange takes."""

import json
from pathlib import Path

import pytest

from containers.flow_server import binance
from containers.flow_server.__main__ import parser
from containers.flow_server.flow import Flow, symbols
from containers.paper_exchange.binance import shapes
from containers.paper_exchange.instruments import LISTINGS
from janym.domain.market import Listing, Market, Pair
from janym.exchanges.binance import listings
from local.components import Component
from tests.unit.local.test_components import plan


def listed(answer: object) -> dict[Pair, Listing]:
    page = listings.page(Market.SPOT, json.dumps(answer).encode())
    return {listing.pair: listing for listing in page.listings}


def test_a_pair_is_one_instrument_on_a_stack(tmp_path: Path) -> None:
    """S2-010: tick, step, least sizes and prices agree for every pair that both serve."""
    server = plan(tmp_path)["flow_server"]
    assert isinstance(server, Component)
    options = parser().parse_args(server.command[server.command.index("--port") :])
    flow = Flow(symbols(options.pairs, dict(options.terms)), seed=options.seed)
    shown = listed(binance.instruments(flow))
    traded = listed({"symbols": [shapes.symbol(one.instrument) for one in LISTINGS]})

    both = shown.keys() & traded.keys()
    assert both == traded.keys(), "the stack shows no book of what it trades"
    assert {pair: shown[pair] for pair in both} == traded
    for one in LISTINGS:
        book = flow.books[one.instrument.symbol]
        (bid, _), (ask, _) = book.best
        assert bid < one.start_price / one.instrument.tick < ask


@pytest.mark.parametrize("terms", ["ETHUSDT", "ETHUSDT=0.01/1", "ETHUSDT=0.01/0.1/x", "E=1/2/3/4"])
def test_terms_that_cannot_be_read_are_refused_by_name(
    terms: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["--port", "0", "--terms", terms])

    assert f"{terms!r} is not as ETHUSDT=0.01/0.0001/2000" in capsys.readouterr().err
