"""Answers kept for a while by the process that gave them: what was read just now is not read again.

A kept answer belongs to one organization. Who wants the present, sends `Cache-Control: no-cache`.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from pydantic import BaseModel

from janym.api.http import respond
from janym.domain.organization import Caller
from janym.ports.clock import Clock

TTL = timedelta(seconds=60)
MOST = 64
"""Answers kept at once; the one that was not asked for longest goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    view: BaseModel
    at: datetime


class Recent:
    """The answers of one function."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()

    def answer(
        self,
        app: APIGatewayHttpResolver,
        make: Callable[[], BaseModel],
        *,
        caller: Caller,
        clock: Clock,
    ) -> Response[str]:
        """Give the answer kept for this request, or make it; it says how old it may become."""
        event, now = app.current_event, clock.now()
        query = sorted((event.query_string_parameters or {}).items())
        key = (caller.organization, event.path, *(f"{name}={value}" for name, value in query))
        kept = self._kept.get(key)
        wanted_anew = "no-cache" in (event.headers or {}).get("cache-control", "")
        if kept is None or wanted_anew or not timedelta() <= now - kept.at < TTL:
            kept = _Kept(view=make(), at=now)
        self._keep(key, kept)
        age = int((now - kept.at).total_seconds())
        headers = {
            "Cache-Control": f"private, max-age={int(TTL.total_seconds()) - age}",
            "Age": str(age),
        }
        return respond(kept.view, HTTPStatus.OK, headers=headers)

    def _keep(self, key: tuple[str, ...], kept: _Kept) -> None:
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
