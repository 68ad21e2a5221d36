"""How each route may refuse: the codes that follow from what it takes, and its own."""

from collections import defaultdict
from collections.abc import Iterator
from http import HTTPStatus
from typing import Literal

from pydantic import BaseModel

from janym.api import problems  # its own errors are found too
from janym.api.contract.route import Route
from janym.domain.errors import Conflict, JanymError, VenueFault, VenueRefused
from janym.domain.organization import Role


class FieldProblem(BaseModel):
    """What is wrong with one field, by its path in the caller's words: `config.bid_spread`."""

    field: str
    reason: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it; `code` is stable, `detail` is for people."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] = []
    """Each bad field, where fields are what is wrong."""


class GatewayProblem(BaseModel):
    """What the gateway says of itself, before any function is asked."""

    message: str


def of(route: Route) -> dict[HTTPStatus, tuple[str, ...]]:
    """Give the codes with which a route may refuse, by HTTP status."""
    found: defaultdict[HTTPStatus, set[str]] = defaultdict(set)
    for code in (*_implied(route), *route.problems):
        found[status_of(code)].add(code)
    return {status: tuple(sorted(found[status])) for status in sorted(found)}


def status_of(code: str) -> HTTPStatus:
    """Give the status that a code comes with; one that no error class has is a conflict's."""
    return _statuses().get(code, HTTPStatus.CONFLICT)


def _implied(route: Route) -> Iterator[str]:
    yield from ("FORBIDDEN", "INTERNAL", "NOT_A_MEMBER", "RATE_LIMITED", "STORE_AWAY")
    if route.role is not Role.VIEWER:
        yield from ("OUTCOME_UNKNOWN", "UNAVAILABLE")
    if route.names:
        yield from ("NOT_FOUND", "NO_ROUTE")  # the latter for a path that could never be one
    if route.names or route.query or route.body or route.idempotent:
        yield "INVALID_INPUT"
    if route.body or route.idempotent:
        yield from ("MALFORMED_BODY", "BODY_TOO_LARGE")
    if route.body:
        yield "UNSUPPORTED_CONTENT_TYPE"
    if route.idempotent:
        yield "IDEMPOTENCY_KEY_REUSED"


def _statuses() -> dict[str, HTTPStatus]:
    kinds = [kind for kind in _kinds(JanymError) if not issubclass(kind, Conflict)]
    of_venues = {fault.value: problems.STATUS[VenueRefused] for fault in VenueFault}
    found = {kind.code: problems.STATUS[_nearest(kind)] for kind in kinds}
    return (
        found
        | of_venues
        | {
            "INTERNAL": HTTPStatus.INTERNAL_SERVER_ERROR,
            "NO_ROUTE": HTTPStatus.NOT_FOUND,
        }
    )


def _nearest(kind: type[JanymError]) -> type[JanymError]:
    return next(each for each in kind.__mro__ if each in problems.STATUS)


def _kinds(kind: type[JanymError]) -> Iterator[type[JanymError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)
