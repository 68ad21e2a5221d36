"""How it is seen that a server answers. A probe returns nothing, or raises `NotYet` with why."""

import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psycopg

Probe = Callable[[], None]

_TIMEOUT = 3.0
"""Seconds for one attempt."""


class NotYet(Exception):
    """The server does not answer yet."""


def http(url: str, *, ca: Path | None = None) -> Probe:
    """Probe a page that answers 200."""

    def probe() -> None:
        context = ssl.create_default_context(cafile=str(ca)) if ca else None
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if context:
            handlers.append(urllib.request.HTTPSHandler(context=context))
        try:
            with urllib.request.build_opener(*handlers).open(url, timeout=_TIMEOUT):
                return
        except (OSError, urllib.error.HTTPError) as error:
            raise NotYet(f"{url}: {error}") from error

    return probe


def postgres(url: str) -> Probe:
    """Probe a database that lets one in."""

    def probe() -> None:
        try:
            with psycopg.connect(url, connect_timeout=int(_TIMEOUT)) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error as error:
            raise NotYet(str(error).strip()) from error

    return probe


def tls(port: int, *, ca: Path, certificate: Path, key: Path) -> Probe:
    """Probe a server of this machine that completes a mutual TLS handshake."""

    def probe() -> None:

        context = ssl.create_default_context(cafile=str(ca))
        context.load_cert_chain(certificate, key)
        try:
            with (
                socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT) as plain,
                context.wrap_socket(plain, server_hostname="localhost"),
            ):
                return
        except OSError as error:
            raise NotYet(f"127.0.0.1:{port}: {error}") from error

    return probe
