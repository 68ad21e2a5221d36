"""The worker beside the bridge: Hummingbot, in Hummingbot's own environment.

Started as `ENGINE_PYTHON -I .../containers/bridge/engine/__main__.py`, with the working directory
anywhere and nothing secret in its environment or arguments. It imports the standard library,
Hummingbot and its own modules under the package name `engine`; it cannot import the product's
library. Everything it is told comes as JSON lines on stdin, everything it tells goes as JSON
lines on stdout (`protocol.py`); stderr is log text.

    protocol.py      the lines, typed
    pipes.py         stdin and stdout, out of reach of a library that prints
    logs.py          Hummingbot's log records as lines, keys masked
    installation.py  which Hummingbot is installed, and where it believes to live
    connectors.py    what differs between the connectors
    adapter.py       Hummingbot's application: keys, addresses, ids, start, snapshot, stop
    reconnects.py    this engine's share of the connections that its venue takes
    orders.py        this engine's orders as the venue has them
    events.py        Hummingbot's market events as lines
    flatten.py       one order that closes the bot's own position, where its owner asked for it
    runner.py        the strategy that runs our controllers
    controllers/     our own controllers
    process.py       one run: commands in, reports out
    __main__.py      the door

`adapter.py`, `orders.py` and `connectors.py` alone know what Hummingbot keeps private.

The first stop mode that is asked for holds; SIGTERM and SIGINT ask for `cancel_orders`.

Codes of `fatal`: BAD_START_LINE, UNSUPPORTED_VERSION, UNSUPPORTED_CONNECTOR,
UNSUPPORTED_STRATEGY, CONFIG_REFUSED and KEY_REJECTED are final: the same start fails again.
ENGINE_FAILED may pass. ORDERS_NOT_CANCELLED leaves orders for somebody else to cancel.

Exit codes: 0 after `stopped`; 1 after `fatal`; 3 when stdin or stdout closed under it.
"""
