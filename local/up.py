"""`up`: prepare a stack's folder, start everything, stay until asked to stop."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Generator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local import clock, components, holding, issuer, keyring, mosquitto, pki, ports, remains, room
from local.components import Choices, Component, Step
from local.layout import DEFAULT_HOME, ROOT, Stack, read_json
from local.postgres import CannotStart
from local.state import Phase, State
from local.supervisor import Supervisor

OK = 0
FAULTY = 1
ALREADY_RUNNING = 3


def run(stack: Stack, choices: Choices) -> int:
    """Run a stack until SIGINT or SIGTERM. Returns an exit code."""
    try:
        room.require(stack)
        stack.make()
        with holding.hold(stack), _clean(stack):
            return _run(stack, choices)
    except holding.AlreadyRunning as running:
        address = read_json(stack.description).get("api_url") or "an address it has not chosen yet"
        _say(
            f"This stack is already running (process {running.pid}) at {address}; nothing was "
            "changed.\nStop it with `janym down`, or start another one with `janym up --home DIR`."
        )
        return ALREADY_RUNNING
    except (ports.Taken, mosquitto.NotInstalled, CannotStart, ValueError) as error:
        _say(f"Cannot start: {error}")
        return FAULTY
    except OSError as error:
        if error.errno not in room.DISK_FULL:
            raise
        _say(
            f"Stopped: the disk of {stack.home} is full ({error}). Data that was written stays."
            f"\n{room.MAKE_ROOM}"
        )
        return FAULTY


@contextlib.contextmanager
def _clean(stack: Stack) -> Generator[None]:
    """End what an earlier run left behind, and after this one what a killed component left."""
    try:
        for line in remains.clear(stack):
            _say(line)
        yield
    finally:
        for line in remains.clear(stack):
            _say(line)


def _run(stack: Stack, choices: Choices) -> int:
    _say(f"Starting the stack in {stack.home}")
    at = clock.now()
    pki.create(stack.pki, at=at)
    issuer.create_key(stack.issuer_key)
    secrets = keyring.create(stack)
    with contextlib.closing(ports.Reservation()) as reservation:
        chosen = ports.choose(
            components.URLS,
            asked=choices.ports,
            remembered=_remembered(stack),
            reservation=reservation,
        )
        state = State(stack, describe(stack, chosen, at))
        plan = components.plan(stack, chosen, secrets, choices, _broker())
        return asyncio.run(_supervise(stack, plan, state))


def describe(stack: Stack, chosen: dict[str, int], at: datetime) -> dict[str, Any]:
    """Return what stack.json says before anything runs."""
    addresses = components.addresses(chosen)
    has_ui = (ROOT / "web" / "dist" / "index.html").exists()
    return {
        "home": str(stack.home),
        "pid": os.getpid(),
        "started_at": at.isoformat(),
        "api_url": addresses["gateway"],
        "ui_url": addresses["gateway"] if has_ui else None,
        "run_api_url": addresses["run_api"],
        "ca": str(stack.pki / "ca.crt"),
        "addresses": addresses,
        "paths": components.paths(stack),
    }


async def _supervise(stack: Stack, plan: Sequence[Component | Step], state: State) -> int:
    supervisor = Supervisor(stack, plan, state, say=_say, now=clock.now)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.request_stop)
    loop.add_signal_handler(signal.SIGUSR1, supervisor.request_revival)
    began = loop.time()
    try:
        await supervisor.start()
        if state.phase in {Phase.READY, Phase.DEGRADED}:
            _report(stack, supervisor.failed, loop.time() - began)
            watching = asyncio.create_task(
                room.Watch(stack, say=_say).run(caught_up=state.catch_up)
            )
            await supervisor.wait()
            watching.cancel()
    finally:
        _say("Stopping; data stays.")
        await supervisor.stop()
        _say("Stopped.")
    return FAULTY if supervisor.failed else OK


def _report(stack: Stack, failed: list[str], seconds: float) -> None:
    description = read_json(stack.description)
    if failed:
        _say(f"Up after {seconds:.1f} s, but not whole: {', '.join(failed)} failed, see above.")
    else:
        _say(f"Up after {seconds:.1f} s.")
    home = "" if stack.home == DEFAULT_HOME else f" --home {stack.home}"
    _say(f"  API        {description['api_url']}")
    if description["ui_url"]:
        _say(f"  Terminal   {description['ui_url']}  (open it, and be whoever you like)")
    _say(f"  Authority  {description['ca']}  (curl --cacert FILE)")
    _say(f"  Token      janym token{home} --org ORG --role trader")
    _say(f"  State      janym status{home}    Stop: Ctrl-C or janym down{home}")


def _broker() -> Path:
    """Return the broker's program; fetch it where there is none."""
    found = mosquitto.find()
    if found:
        return found
    _say("Fetching the MQTT broker Mosquitto into .local/mosquitto (once, without root)")
    return mosquitto.install()


def _remembered(stack: Stack) -> dict[str, int]:
    known: dict[str, str] = read_json(stack.description).get("addresses", {})
    return {name: port for name, url in known.items() if (port := urlsplit(url).port)}


def _say(line: str) -> None:
    print(line, flush=True)
