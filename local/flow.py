"""How a flow server is told what to list, and where it answers as the venues do."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from containers.paper_exchange.instruments import Listing
from janym.live import feeds


def terms(listings: Iterable[Listing]) -> list[str]:
    """Say what the paper exchange lists, and at what prices it begins, as `--terms` takes it.

    A pair is one instrument on a stack: an order at a price and of a size that the books show is
    one that the exchange takes.
    """
    return [
        f"{one.instrument.symbol}={one.instrument.tick:f}/{one.instrument.step:f}/{one.start_price:f}"
        for one in listings
    ]


def endpoints(address: str) -> dict[str, dict[str, str]]:
    """Give each endpoint's address by `venue/market`, as collectors are told.

    Args:
        address: of the flow server, as `http://host:port`.
    """
    ws = "ws" + address.removeprefix("http")
    return {
        f"{venue}/{market}": {
            "rest": f"{address}/{venue}/{market}",
            **{
                endpoint.name: f"{ws}/{venue}/{market}{urlsplit(endpoint.url).path}"
                for endpoint in feed.endpoints
            },
        }
        for (venue, market), feed in feeds.FEEDS.items()
    }
