"""Requests that act once however often they come, by their `Idempotency-Key`.

Only answers of success are kept: what was refused changed nothing, and is decided anew.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from pydantic import BaseModel

from janym.api.http import respond, respond_text
from janym.api.requests import raw_body
from janym.domain.errors import FieldError, InvalidInput, KeyReused
from janym.domain.organization import Caller
from janym.ports.clock import Clock
from janym.ports.unit_of_work import Answer, UnitOfWork, UnitsOfWork

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
REPLAYED = {"Idempotency-Replayed": "true"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """What one request was answered before, and where its answer is kept."""

    units: UnitsOfWork
    caller: Caller
    clock: Clock
    key: str | None
    route: str
    body_hash: bytes

    @classmethod
    def of(
        cls,
        app: APIGatewayHttpResolver,
        *,
        caller: Caller,
        units: UnitsOfWork,
        clock: Clock,
    ) -> "Receipts":
        """Read the request's key, if it has one.

        Raises:
            InvalidInput: the key is empty, too long, or not printable ASCII.
        """
        event = app.current_event
        key = (event.headers or {}).get(HEADER.lower())
        if key is not None and not (0 < len(key) <= LONGEST_KEY and _is_plain(key)):
            reason = f"must be 1 to {LONGEST_KEY} printable ASCII characters"
            raise InvalidInput(FieldError(field=HEADER, reason=reason))
        return cls(
            units=units,
            caller=caller,
            clock=clock,
            key=key,
            route=f"{event.http_method} {event.path}",
            body_hash=hashlib.sha256(raw_body(app).encode()).digest(),
        )

    def replay(self) -> Response[str] | None:
        """Give the answer that this request got before, if it came before.

        Raises:
            KeyReused: its key came with another body.
        """
        if self.key is None:
            return None
        with self.units(self.caller.organization) as uow:
            return self._stored(uow)

    def answer(self, status: HTTPStatus, act: Callable[[UnitOfWork], BaseModel]) -> Response[str]:
        """Act and keep the answer in one transaction, or give the answer kept before.

        Raises:
            KeyReused: its key came with another body.
        """
        with self.units(self.caller.organization) as uow:
            stored = self._stored(uow)
            if stored is not None:
                return stored
            view = act(uow)
            if self.key is not None:
                kept = Answer(
                    body_hash=self.body_hash, status=status.value, body=view.model_dump_json()
                )
                uow.idempotency.put(self.key, self.route, kept, at=self.clock.now())
            uow.commit()
        return respond(view, status)

    def _stored(self, uow: UnitOfWork) -> Response[str] | None:
        stored = uow.idempotency.get(self.key, self.route) if self.key is not None else None
        if stored is None:
            return None
        if stored.body_hash != self.body_hash:
            raise KeyReused(self.key or "")
        return respond_text(stored.body, HTTPStatus(stored.status), headers=REPLAYED)


def _is_plain(key: str) -> bool:
    return key.isascii() and key.isprintable()
