"""Where a flow server answers as the venues do: their own paths, under its address."""

from urllib.parse import urlsplit

from janym.live import feeds


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
