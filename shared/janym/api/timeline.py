"""The way from a request to an exchange's order over HTTP."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from janym.api.requests import WholeQuery
from janym.domain.chain import Chain, Moment, Wanted, moments
from janym.domain.errors import FieldError, InvalidInput

Key = Annotated[str, Field(min_length=1, max_length=200)]


class TimelineQuery(WholeQuery):
    """Any one link of the chain."""

    idempotency_key: Key | None = None
    command_id: UUID | None = None
    client_order_id: Key | None = None
    exchange_order_id: Key | None = None

    def wanted(self) -> Wanted:
        """Raises InvalidInput where none or several are given."""
        links = self.model_dump(exclude={"format"})
        given = {name: str(value) for name, value in links.items() if value is not None}
        if len(given) != 1:
            names = ", ".join(links)
            raise InvalidInput(FieldError(field="query", reason=f"give exactly one of {names}"))
        return Wanted(**given)


class MomentView(BaseModel):
    """Something that happened on the way."""

    at: AwareDatetime
    what: str
    id: str
    detail: str

    @classmethod
    def of(cls, moment: Moment) -> Self:
        return cls(at=moment.at, what=moment.what, id=moment.id, detail=moment.detail)


class TimelineView(BaseModel):
    """The links that are known, and what happened, in order of time."""

    idempotency_key: str | None
    command_id: UUID | None
    run_id: UUID | None
    session: int | None
    client_order_id: str | None
    exchange_order_id: str | None
    items: list[MomentView]

    @classmethod
    def of(cls, chain: Chain) -> Self:
        return cls(
            idempotency_key=chain.command.idempotency_key if chain.command else None,
            command_id=chain.command.id if chain.command else None,
            run_id=chain.run.id if chain.run else None,
            session=chain.run.session if chain.run else None,
            client_order_id=chain.order.client_order_id if chain.order else None,
            exchange_order_id=chain.order.exchange_order_id if chain.order else None,
            items=[MomentView.of(moment) for moment in moments(chain)],
        )
