"""The audit log over HTTP."""

from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, Field

from janym.api.requests import Moment, PageQuery
from janym.domain.ids import UserId
from janym.ports.audit import AuditChain, AuditFault, AuditFilter, AuditLine

Name = Annotated[str, Field(min_length=1, max_length=200)]


class AuditQuery(PageQuery):
    """Which lines of the log."""

    actor: Name | None = None
    """Who did it: a member, or a function of the platform such as `claim`."""
    action: Name | None = None
    """`bot.start`, `credential.decrypt`, …"""
    subject: Name | None = None
    """What it was done to: an id."""
    since: Moment | None = None
    until: Moment | None = None

    def wanted(self) -> AuditFilter:
        return AuditFilter(
            actor=UserId(self.actor) if self.actor else None,
            action=self.action,
            subject=self.subject,
            since=self.since,
            until=self.until,
        )


class AuditLineView(BaseModel):
    """Who did what to what."""

    number: int
    """From 1, without a gap."""
    at: AwareDatetime
    actor: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    """As the answer's header `apigw-requestid` named it; of a function its invocation."""
    address: str
    """Where the request came from; empty for the platform's own functions."""
    hash: str
    """Covers this line and the hash of the line before; hexadecimal."""

    @classmethod
    def of(cls, line: AuditLine) -> Self:
        entry = line.entry
        return cls(
            number=line.number,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            before=entry.before,
            after=entry.after,
            request_id=entry.request_id,
            address=entry.address,
            hash=line.hash.hex(),
        )


class AuditFaultView(BaseModel):
    """A place where the chain is broken."""

    number: int
    fault: AuditFault


class AuditChainView(BaseModel):
    """What a look at the whole chain found."""

    whole: bool
    lines: int
    head_number: int | None
    head_hash: str | None
    """Keep it elsewhere: a chain that was written anew from its beginning has another."""
    faults: list[AuditFaultView]

    @classmethod
    def of(cls, chain: AuditChain) -> Self:
        number, digest = chain.head or (None, None)
        return cls(
            whole=not chain.faults,
            lines=chain.lines,
            head_number=number,
            head_hash=digest.hex() if digest else None,
            faults=[AuditFaultView(number=at, fault=fault) for at, fault in chain.faults],
        )
