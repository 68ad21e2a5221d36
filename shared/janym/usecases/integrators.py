"""Letting programs outside read an organization's events, and showing them out again."""

from dataclasses import replace
from typing import Any

from janym.domain import integrator
from janym.domain.errors import Conflict
from janym.domain.integrator import MOST, Integrator, IntegratorId
from janym.domain.organization import Caller, Role
from janym.ports.clock import Clock
from janym.ports.integrators import Passes
from janym.ports.unit_of_work import Listing, Page, UnitOfWork
from janym.usecases import audit, organization


def issue(
    uow: UnitOfWork, name: str, csr_pem: str, *, caller: Caller, passes: Passes, clock: Clock
) -> Integrator:
    """Have a certificate issued with which events can be read, by whoever holds its key.

    A certificate whose transaction is lost reached nobody: without it the key opens nothing.

    Raises:
        Forbidden: the caller is no admin.
        Conflict: `ORGANIZATION_MISSING`, `ORGANIZATION_NO_TOPIC` or `INTEGRATOR_LIMIT`.
        InvalidInput: the request is none, or asks for a name that integrators do not have.
        AlreadyExists: the name it asks for was given before.
        Unavailable: IoT does not answer; nobody got in.
    """
    caller.require(Role.ADMIN)
    organization.require(uow, caller)
    integrator.require_level(caller.organization)
    client_id = passes.client_id(csr_pem)
    fresh = Integrator(
        id=integrator.id_of(client_id),
        organization=caller.organization,
        name=name,
        certificate="",
        pem="",
        created_by=caller.user,
        created_at=clock.now(),
    )
    _require_room(uow)
    uow.integrators.add(fresh)
    certificate = passes.issue(client_id, caller.organization, csr_pem)
    issued = replace(fresh, certificate=certificate.id, pem=certificate.pem)
    uow.integrators.put(issued)
    _note(uow, caller, "integrator.issue", issued, after=_facts(issued))
    return issued


def listed(uow: UnitOfWork, page: Page, *, caller: Caller) -> Listing[Integrator]:
    """List integrators, revoked ones too, newest first. Raises Forbidden."""
    caller.require(Role.ADMIN)
    return uow.integrators.list(page)


def read(uow: UnitOfWork, key: IntegratorId, *, caller: Caller) -> Integrator:
    """Give one. Raises Forbidden and NotFound."""
    caller.require(Role.ADMIN)
    return uow.integrators.get(key)


def revoke(uow: UnitOfWork, key: IntegratorId, *, caller: Caller, clock: Clock) -> Integrator:
    """Show an integrator out for good; one that was shown out before stays so.

    The broker is told after the commit, and until it knows the state says so.

    Raises:
        Forbidden: the caller is no admin.
        NotFound: there is none.
    """
    caller.require(Role.ADMIN)
    organization.require(uow, caller)
    known = uow.integrators.get(key)
    if known.revoked_at is not None:
        return known
    revoked = replace(known, revoked_by=caller.user, revoked_at=clock.now())
    uow.integrators.put(revoked)
    _note(uow, caller, "integrator.revoke", revoked, before=_facts(known))
    return revoked


def _require_room(uow: UnitOfWork) -> None:
    there = uow.integrators.count_active()
    if there >= MOST:
        raise Conflict(
            "INTEGRATOR_LIMIT",
            f"an organization may have {MOST} integrators and this one has {there}: revoke one",
        )


def _note(
    uow: UnitOfWork, caller: Caller, action: str, about: Integrator, **facts: dict[str, Any]
) -> None:
    at = about.revoked_at or about.created_at
    uow.audit.add(audit.by_caller(caller, action, about.id, at=at, **facts))


def _facts(about: Integrator) -> dict[str, Any]:
    return {"name": about.name, "client_id": about.client_id, "certificate": about.certificate}
