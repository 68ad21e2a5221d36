"""The way out to addresses that users gave: public ones only, over TLS, and no further.

A name is resolved once and the connection goes to the address that was checked, so a name that
points elsewhere a moment later changes nothing. No redirect is followed, no proxy is asked, and
nothing of an answer but its status and a short beginning is read.

https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult

from janym.domain import address as addresses
from janym.domain.errors import JanymError

CONNECT_TIMEOUT_S = 5.0
TOTAL_TIMEOUT_S = 15.0
SHOWN_ANSWER = 2_000
NAT64 = ipaddress.ip_network("64:ff9b::/96")
NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


class AddressRefused(JanymError):
    """An address is none that may be called; the message says why."""

    code = "ADDRESS_REFUSED"


class NoAnswer(JanymError):
    """Nobody answered, or not in time; the request may have arrived."""

    code = "NO_ANSWER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: the beginning of it."""

    status: int
    headers: Mapping[str, str]
    text: str


def resolved(host: str, port: int) -> Sequence[str]:
    """Ask the machine's resolver for every address of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress:
    """Posts to public addresses.

    Args:
        resolve: gives the addresses of a name.
        trust: authorities of servers' certificates; None is the machine's.
        exempt: addresses and ports that pass unchecked; a program that serves users has none.
    """

    resolve: Resolve = resolved
    trust: ssl.SSLContext | None = None
    exempt: frozenset[tuple[str, int]] = frozenset()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a POST, once.

        Raises:
            AddressRefused: the address is not public, not https, or not an address.
            NoAnswer: no answer came in time.
        """
        try:
            address = addresses.parsed(url)
        except ValueError as error:
            raise AddressRefused(f"the address {error}") from error
        host, port = str(address.hostname), address.port or 443
        try:
            places = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NoAnswer(f"{host} has no address") from error
        for place in places:
            self._require_public(host, place, port)
        if not places:
            raise NoAnswer(f"{host} has no address")
        connection = _Pinned(host, places[0], port, self.trust or ssl.create_default_context())
        # A server that sends a byte now and then never exceeds a timeout of one read.
        end = threading.Timer(TOTAL_TIMEOUT_S, connection.cut)
        end.start()
        try:
            return _posted(connection, address, body, headers)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"{host} gave no answer ({type(error).__name__})") from error
        finally:
            end.cancel()
            connection.close()

    def _require_public(self, host: str, place: str, port: int) -> None:
        if (place, port) in self.exempt:
            return
        if not is_public(ipaddress.ip_address(place.partition("%")[0])):
            raise AddressRefused(f"{host} is at {place}, which is no public address")


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the open internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
        if address in NAT64_LOCAL:
            return False
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Give the IPv4 address that an IPv6 one stands for, if it does."""
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


class _Pinned(http.client.HTTPSConnection):
    """A connection to an address that was checked, under the name it was found by."""

    def __init__(self, host: str, place: str, port: int, trust: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=CONNECT_TIMEOUT_S, context=trust)
        self._place = place
        self._trust = trust

    def connect(self) -> None:
        plain = socket.create_connection((self._place, self.port), timeout=CONNECT_TIMEOUT_S)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread, whatever it waits for."""
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                self.sock.close()


def _posted(
    connection: _Pinned, address: SplitResult, body: bytes, headers: Mapping[str, str]
) -> Answer:
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    connection.request("POST", target, body=body, headers=dict(headers))
    response = connection.getresponse()
    text = response.read(SHOWN_ANSWER).decode("utf-8", "replace")
    found = {name.lower(): value for name, value in response.getheaders()}
    return Answer(status=response.status, headers=found, text=text)
