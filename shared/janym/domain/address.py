"""Addresses that users give to be called: https, a host, and nothing hidden in them."""

from urllib.parse import SplitResult, urlsplit


def parsed(url: str) -> SplitResult:
    """Read an address.

    Raises:
        ValueError: it is not `https://host[:port]/path` without a name or a password in it.
    """
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ValueError("holds characters that no address has")
    try:
        address = urlsplit(url)
        port = address.port
    except ValueError:
        raise ValueError("is no address") from None
    if address.scheme != "https" or not address.hostname:
        raise ValueError("must begin with https:// and name a host")
    if address.username is not None or address.password is not None:
        raise ValueError("may hold no name and no password")
    if port is not None and port != 443 and port < 1024:
        raise ValueError(f"names port {port}, which serves something else than https")
    return address
