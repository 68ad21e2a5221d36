"""`book`: a book as it was, out of the stack's own history."""

import json
import sys
from argparse import Namespace

from janym.domain.errors import InvalidInput, NotFound, StoreAway
from janym.ticks.connection import connect
from janym.ticks.market_past import ClickHouseMarketPast
from janym.usecases import past_books
from local.layout import Stack, read_json
from local.provisioning import DATABASE

OK, REFUSED, AWAY = 0, 2, 4


def show(stack: Stack, options: Namespace) -> int:
    """Print a book at a moment as JSON; 2 where there is none, 4 where the stack does not run."""
    url = read_json(stack.description).get("addresses", {}).get("clickhouse")
    if url is None:
        print(f"There is no stack at {stack.home} yet: `janym up` first.", file=sys.stderr)
        return AWAY
    login = read_json(stack.secrets)["clickhouse"]
    past = ClickHouseMarketPast(lambda: connect(url, **login, database=DATABASE))
    try:
        where = past_books.place(options.exchange, options.market, options.pair)
        found = past_books.show(past, where, past_books.moment(options.at), limit=options.limit)
    except (InvalidInput, NotFound) as error:
        print(f"janym book: {error}", file=sys.stderr)
        return REFUSED
    except StoreAway as error:
        print(f"janym book: {error}", file=sys.stderr)
        return AWAY
    print(json.dumps(found))
    return OK
