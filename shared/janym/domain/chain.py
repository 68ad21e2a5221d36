"""How one wish became orders at an exchange: request, command, run, order, executions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from janym.domain.command import Command
from janym.domain.run import Run
from janym.domain.trading import Fill, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which chain, by any one of its links; exactly one is given."""

    idempotency_key: str | None = None
    command_id: str | None = None
    client_order_id: str | None = None
    exchange_order_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The links that are known; one that is missing is None."""

    command: Command | None = None
    run: Run | None = None
    """The life of the task that placed the order, or that the command led to."""
    order: Order | None = None
    fills: Sequence[Fill] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened on the way."""

    at: datetime
    what: str
    """`requested`, `command done`, `run claimed`, `order filled`, `execution`, …"""
    id: str
    detail: str


def moments(chain: Chain) -> list[Moment]:
    """Tell what happened, in order of time."""
    found = [*_asked(chain.command), *_lived(chain.run), *_traded(chain.order, chain.fills)]
    return sorted(found, key=lambda moment: moment.at)


def _asked(command: Command | None) -> Iterator[Moment]:
    if command is None:
        return
    key = f", idempotency key {command.idempotency_key}" if command.idempotency_key else ""
    told = f"{command.kind} by {command.asked_by}{key}"
    yield Moment(at=command.created_at, what="requested", id=str(command.id), detail=told)
    if command.updated_at > command.created_at:
        what = f"command {command.state}"
        detail = command.reason or ""
        yield Moment(at=command.updated_at, what=what, id=str(command.id), detail=detail)


def _lived(run: Run | None) -> Iterator[Moment]:
    if run is None:
        return
    steps = (
        ("run launched", run.launched_at, run.task or ""),
        ("run claimed", run.claimed_at, f"session {run.session}"),
        ("run ended", run.ended_at, run.end_reason or ""),
    )
    for what, at, detail in steps:
        if at is not None:
            yield Moment(at=at, what=what, id=str(run.id), detail=str(detail))


def _traded(order: Order | None, fills: Sequence[Fill]) -> Iterator[Moment]:
    if order is None:
        return
    told = f"{order.side} {order.quantity:f} {order.trading_pair}"
    venue = f", {order.exchange_order_id} at the exchange" if order.exchange_order_id else ""
    key = order.client_order_id
    yield Moment(at=order.created_at, what="order placed", id=key, detail=told + venue)
    for fill in fills:
        detail = f"{fill.quantity:f} at {fill.price:f}"
        yield Moment(at=fill.executed_at, what="execution", id=fill.trade_id, detail=detail)
    if order.status != "open":
        what = f"order {order.status}"
        yield Moment(at=order.updated_at, what=what, id=key, detail=order.reason or "")
