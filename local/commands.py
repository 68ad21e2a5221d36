"""`down`, `status`, `token`, `logs`: what is asked of a stack from outside."""

import json
import os
import signal
import sys
import time
from typing import Any

import psutil

from local import child, clock, holding, issuer, jobs, kept_books, remains, room, services
from local.layout import Stack, read_json
from local.state import Health, Phase

OK = 0
FAULTY = 1
NOT_RUNNING = 4

_STOP_WITHIN = 150.0
"""Seconds: bots cancel their orders first."""

_RESTART_WITHIN = 90.0
"""Seconds: the task runner ends its bots first, which cancel their orders."""

ENDED_BY = {"postgres": signal.SIGINT}
"""PostgreSQL waits on SIGTERM for everybody to leave, and on SIGINT for nobody."""

_POLL = 0.1


def down(stack: Stack) -> int:
    """Stop the stack and wait until it has stopped."""
    pid = holding.holder(stack)
    if pid is None:
        return _clear(stack)
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_WITHIN
    while holding.holder(stack) == pid:
        if time.monotonic() > deadline:
            print(f"The stack did not stop in {_STOP_WITHIN:.0f} s; its process is {pid}.")
            return FAULTY
        time.sleep(_POLL)
    print("Stopped; data stays.")
    return OK


def _clear(stack: Stack) -> int:
    if not stack.home.exists():
        print(f"There is no stack at {stack.home}.")
        return OK
    with holding.hold(stack):
        for line in remains.clear(stack):
            print(line)
    print("The stack is not running.")
    return OK


def status(stack: Stack, *, as_json: bool) -> int:
    """Print how each component is. The exit code is 0 when all are well, 4 when nothing runs."""
    described = observe(stack)
    if as_json:
        print(json.dumps(described, indent=2))
    else:
        _print_status(described)
    return {Phase.READY: OK, Phase.STOPPED: NOT_RUNNING}.get(Phase(described["state"]), FAULTY)


def observe(stack: Stack) -> dict[str, Any]:
    """Return stack.json with what is true now: a killed supervisor could not say goodbye."""
    described = read_json(stack.description)
    running = holding.holder(stack) is not None
    if not running or not described:
        described |= {"state": Phase.STOPPED, "ready": False}
    for component in described.get("components", {}).values():
        if component["pid"] is None:
            continue
        alive = _alive(component["pid"], component["created"])
        if not alive and component["health"] in {Health.READY, Health.STARTING}:
            component["health"] = Health.FAILED if running else Health.STOPPED
            component["reason"] = "its process is gone"
            if described["state"] == Phase.READY:
                described |= {"state": Phase.DEGRADED, "ready": False}
    return {
        "home": str(stack.home),
        **described,
        "disk_left_mib": room.left(stack) // room.MIB,
        "services": services.read(described),
        "jobs": jobs.read(stack, described),
        "books": kept_books.read(stack, described),
    }


def _alive(pid: int, created: float) -> bool:
    try:
        process = psutil.Process(pid)
        return process.create_time() == created and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _print_status(described: dict[str, Any]) -> None:
    print(f"{described['home']}: {described['state']}")
    if described["state"] == Phase.STOPPED:
        return
    for label, key in (("API", "api_url"), ("Terminal", "ui_url"), ("Authority", "ca")):
        if described.get(key):
            print(f"  {label:<10} {described[key]}")
    for name, component in described["components"].items():
        where = component["address"] or ""
        pid = component["pid"] or ""
        reason = (component["reason"] or "").partition("\n")[0]
        print(f"  {name:<15} {component['health']:<9} {pid:<8} {where:<32} {reason}".rstrip())
    print(f"  {'disk':<15} {described['disk_left_mib']} MiB left")
    print(f"  {kept_books.line(described['books'])}")
    for service in described["services"]:
        print(f"  {services.line(service)}".rstrip())
    print("Scheduled:")
    for job in described["jobs"]:
        print(f"  {jobs.line(job)}".rstrip())


def restart(stack: Stack, component: str) -> int:
    """End one component and start it again, while the others go on."""
    pid, described = holding.holder(stack), observe(stack)
    if pid is None:
        print(f"The stack at {stack.home} is not running: `janym up` first.", file=sys.stderr)
        return NOT_RUNNING
    known = described["components"]
    if component not in known or known[component]["address"] is None:
        there = ", ".join(name for name, each in known.items() if each["address"])
        print(f"There is no component {component!r}; there are {there}.", file=sys.stderr)
        return FAULTY
    if known[component]["health"] == Health.READY:
        os.kill(known[component]["pid"], ENDED_BY.get(component, signal.SIGTERM))
        _until(stack, component, Health.FAILED)
    os.kill(pid, signal.SIGUSR1)
    if _until(stack, component, Health.READY):
        print(f"{component} was started again.")
        return OK
    reason = observe(stack)["components"][component]["reason"]
    print(f"{component} did not come up: {reason}; see `janym logs {component}`.", file=sys.stderr)
    return FAULTY


def _until(stack: Stack, component: str, health: Health) -> bool:
    """Wait until a component is so; tell whether it came to be."""
    deadline = time.monotonic() + _RESTART_WITHIN
    while observe(stack)["components"][component]["health"] != health:
        if time.monotonic() > deadline or holding.holder(stack) is None:
            return False
        time.sleep(_POLL)
    return True


def token(stack: Stack, *, organization: str, role: str, user: str) -> int:
    """Print a token for the stack's API, and nothing else."""
    addresses = read_json(stack.description).get("addresses")
    if not addresses or not stack.issuer_key.exists():
        print(f"There is no stack at {stack.home} yet: `janym up` first.", file=sys.stderr)
        return NOT_RUNNING
    print(
        issuer.mint(
            issuer.load_key(stack.issuer_key),
            issuer=addresses["issuer"],
            organization=organization,
            role=role,
            user=user,
            at=clock.now(),
        )
    )
    return OK


def logs(stack: Stack, component: str, *, lines: int, follow: bool) -> int:
    """Print the end of a component's log; `follow` goes on until interrupted."""
    log = stack.log(component)
    if not log.exists():
        found = (file.relative_to(stack.logs) for file in stack.logs.rglob("*.log"))
        known = sorted(str(file.with_suffix("")) for file in found)
        there = f"; there are {', '.join(known)}" if known else ""
        print(f"{component} has no log in {stack.logs}{there}", file=sys.stderr)
        return FAULTY
    with log.open("rb") as file:
        for line in child.last_lines(log, lines):
            print(line)
        file.seek(0, 2)
        while follow:
            new = file.read()
            if new:
                sys.stdout.write(new.decode(errors="replace"))
                sys.stdout.flush()
            else:
                time.sleep(_POLL)
    return OK
