"""What can be said of one route."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from janym.domain.organization import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request that is carried out for the documents; its answer is recorded, never written.

    `{bot_id}` and the like, in the path, the query and the body, stand for things of the scene
    that `tests/fakes/scene.py` sets.
    """

    path: Mapping[str, str] = field(default_factory=dict[str, str])
    """Which thing of the scene a path's parameter stands for, where it is not the one of its name:
    `{"bot_id": "stopped_bot_id"}`."""
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route: whom it lets in, what it takes, gives and refuses."""

    call: str
    """`POST /api/bots/{bot_id}/start`"""
    summary: str
    """One sentence for people, in the imperative, without a full stop."""
    role: Role = Role.VIEWER
    """The lowest that may call it."""
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    body_optional: bool = False
    """Whether a request without a body has every field's default."""
    idempotent: bool = False
    """Whether it takes an `Idempotency-Key`."""
    status: HTTPStatus = HTTPStatus.OK
    answer: type[BaseModel] | None
    """None where there is nothing to show (204)."""
    problems: tuple[str, ...] = ()
    """Codes of its own, beside those that follow from the above."""
    example: Example = Example()

    @property
    def method(self) -> str:
        return self.call.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.call.partition(" ")[2]

    @property
    def names(self) -> tuple[str, ...]:
        """The path's parameters."""
        return tuple(re.findall(r"{(\w+)}", self.path))
