"""`audit verify`: whether the stack's audit log is the one that was written."""

import sys
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from janym.db.connection import Database
from janym.db.unit_of_work import UnitsOfWork
from janym.domain.errors import StoreAway
from janym.domain.ids import OrganizationId
from janym.ports.audit import AuditChain, AuditFault
from janym.usecases import audit
from local import provisioning
from local.commands import FAULTY, NOT_RUNNING, OK, observe
from local.layout import Stack, read_json

SAYS = {
    AuditFault.CHANGED: "line {number} is not the one that was written",
    AuditFault.MISSING: "lines are missing from {number} on",
    AuditFault.CUT_OFF: "the newest lines, up to {number}, are gone",
}


def verify(stack: Stack, *, only: str | None, expected: Mapping[str, str]) -> int:
    """Print each organization's chain. The exit code is 0 when all are whole, 1 when not.

    `expected` has heads, `12:9f3c…`, that were printed before and kept elsewhere.
    """
    address: str | None = observe(stack).get("components", {}).get("postgres", {}).get("address")
    if not address:
        print(f"The stack at {stack.home} is not running: `janym up` first.", file=sys.stderr)
        return NOT_RUNNING
    place, password = urlsplit(address), read_json(stack.secrets)["postgres"]["control"]
    database = Database(
        f"postgresql://control:{quote(password, safe='')}@{place.hostname}:{place.port}"
        f"/{provisioning.DATABASE}"
    )
    try:
        found = dict(audit.verify(UnitsOfWork(database)))
    except StoreAway as away:
        print(away, file=sys.stderr)
        return FAULTY
    finally:
        database.close()
    return report(found, only=only, expected=expected)


def report(
    found: Mapping[OrganizationId, AuditChain], *, only: str | None, expected: Mapping[str, str]
) -> int:
    """Print what was found, a line for each chain and each fault."""
    wanted = {str(key): chain for key, chain in found.items() if only in {None, str(key)}}
    for key in sorted({*expected, *([only] if only else [])} - set(wanted)):
        print(f"There is no organization {key}.", file=sys.stderr)
        return FAULTY
    faults = 0
    for key, chain in wanted.items():
        wrong = [SAYS[fault].format(number=number) for number, fault in chain.faults]
        if key in expected and _head(chain) != expected[key]:
            wrong.append(f"its head is not {expected[key]}")
        print(f"{key}: {chain.lines} lines, {'broken' if wrong else 'whole'}, head {_head(chain)}")
        for each in wrong:
            print(f"  {each}")
        faults += len(wrong)
    return FAULTY if faults else OK


def _head(chain: AuditChain) -> str:
    return f"{chain.head[0]}:{chain.head[1].hex()}" if chain.head else "none"
