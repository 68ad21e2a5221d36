"""Requests whose key, time and signature are good."""

from dataclasses import dataclass

from aiohttp import web

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.bybit import errors, params, security
from containers.paper_exchange.bybit.venue import Venue, facts_of
from containers.paper_exchange.gate import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that its account signed, in time."""

    account: Account
    values: params.Params
    facts: Facts


class Signed:
    """Reads signed requests."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def read(self, request: web.Request) -> Call:
        """Return a request that any key may make. Raises Bybit's errors."""
        facts = facts_of(request)
        body = (await request.read()).decode(errors="replace")
        query = request.rel_url.raw_query_string
        account = security.known(self._venue.exchange.accounts, facts["api_key"])
        self._venue.gate.check_key(facts)
        now = self._venue.gate.now_ms(facts)
        posted = request.method == "POST"
        security.check(account, request.headers, body if posted else query, now_ms=now)
        values = params.body(body) if posted else dict(request.query)
        return Call(account=account, values=values, facts=facts)

    async def trade(self, request: web.Request) -> Call:
        """Return a request that only a key with the right to trade may make."""
        call = await self.read(request)
        if not call.account.may_trade:
            raise errors.not_permitted()
        return call
