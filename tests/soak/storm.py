"""A seeded storm over a fleet: kills, outages and faults of the exchange, in a drawn order."""

import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from local.instruments import processes
from local.instruments.platform import Platform
from local.instruments.waiting import GaveUp, until
from tests.soak import books
from tests.soak.fleet import Fleet, Member
from tests.soak.scales import Scales

KILLS = ("engine", "bridge", "group")
OUTAGES = ("gateway", "iot", "sqs", "mosquitto", "postgres", "clickhouse", "ecs")
FAULTS: dict[str, dict[str, Any]] = {
    "accept_then_timeout": {"kind": "accept_then_timeout", "hold_ms": 3_000},
    "error_after_accept": {"kind": "error_after_accept"},
    "error_before_accept": {"kind": "error_before_accept"},
    "drop_frame": {"kind": "drop_frame", "event": "executionReport"},
    "duplicate_frame": {"kind": "duplicate_frame", "event": "executionReport", "count": 3},
    "reorder_frame": {"kind": "reorder_frame", "event": "executionReport"},
    "delay_frame": {"kind": "delay_frame", "event": "executionReport", "delay_ms": 2_000},
    "disconnect": {"kind": "disconnect", "on": "frame", "event": "executionReport"},
    "rate_limit": {"kind": "rate_limit", "count": 3, "retry_after_s": 1},
    "clock_skew": {"kind": "clock_skew", "count": 4, "offset_ms": -3_000},
    "maintenance": {"kind": "maintenance", "count": 5},
}
EVERYTHING = (*KILLS, *OUTAGES, *FAULTS)
STRUCK_IN_S = 180
ARRIVED_IN_S = 90
DOWN_S = (0.5, 4.0)
BETWEEN_S = (0.2, 2.0)


@dataclass(slots=True)
class Storm:
    """What strikes, and how often it has."""

    fleet: Fleet
    dice: random.Random
    say: Callable[[str], None]
    struck: Counter[str] = field(default_factory=Counter[str])
    buried: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """Of bots that were killed, by tag: the client order id prefixes of those that are dead."""
    _quiet: threading.Event = field(default_factory=threading.Event)

    def rage(self, what: Sequence[str], *, seconds: float) -> None:
        """Strike with everything named, then again in another order, until the time is over."""
        ends = time.monotonic() + seconds
        while True:
            for name in self.dice.sample(what, len(what)):
                self.strike(name)
                if set(self.struck) >= set(what) and time.monotonic() > ends:
                    return
                self._pass(BETWEEN_S)

    def strike(self, name: str) -> None:
        """Let one thing happen, and see that it did."""
        if name in KILLS:
            self._kill(name)
        elif name in OUTAGES:
            self._outage(name)
        else:
            self._fault(name)
        self.struck[name] += 1

    def _kill(self, what: str) -> None:
        """Kill processes of a bot that has them."""

        def victims() -> tuple[Member, list[int]]:
            member = self.dice.choice(self.fleet.members)
            engine, bridge = processes.engine_of(member.bot), processes.bridge_of(member.bot)
            found = {
                "engine": [engine.pid] if engine else [],
                "bridge": [bridge.pid] if bridge else [],
                "group": processes.task_of(member.bot) if bridge else [],
            }
            return member, found[what]

        member, pids = until(
            f"a bot with a living {what}", victims, lambda seen: bool(seen[1]), limit_s=STRUCK_IN_S
        )
        self.say(f"kill the {what} of {member.tag}")
        self.buried[member.tag] = self.fleet.prefixes(member)
        for pid in pids:
            _end(pid)

    def _outage(self, component: str) -> None:
        self.say(f"{component} away")
        self.fleet.platform.kill(component)
        self._pass(DOWN_S)
        self.fleet.platform.revive(component)

    def _fault(self, name: str) -> None:
        """Arm a fault, and wait until it has struck."""
        self.say(f"fault {name}")
        fault = self.fleet.exchange.post("/control/faults", FAULTS[name])

        def hits() -> int:
            listed = cast("list[dict[str, Any]]", self.fleet.exchange.get("/control/faults"))
            return next(int(each["hits"]) for each in listed if each["id"] == fault["id"])

        until(f"{name} to strike", hits, lambda count: count > 0, limit_s=STRUCK_IN_S)

    def _pass(self, bounds: tuple[float, float]) -> None:
        """Let a drawn while go by: how long a thing is away is part of the storm."""
        self._quiet.wait(self.dice.uniform(*bounds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a storm is made of."""

    seed: int
    bots: int
    what: Sequence[str]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What a storm left behind."""

    struck: Counter[str]
    fills: int
    lies: list[str]
    most_mib: int
    """What all processes of the platform and its bots held at once, at most."""


def weather(home: Path, forecast: Forecast) -> Aftermath:
    """Run a fleet through a storm on a platform of its own, stop it, and read the books."""
    began = time.monotonic()

    def say(what: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - began:6.1f} s] {what}\n")
        sys.stdout.flush()

    say(f"seed {forecast.seed}")
    platform = Platform.start(home)
    try:
        with Scales(home) as scales:
            fleet, storm = _endured(platform, forecast, say)
        lies = _settled(fleet)
        fills = sum(len(ledger["fills"]) for ledger in fleet.ledgers().values())
        say(f"struck {dict(sorted(storm.struck.items()))}")
        say(f"{fills} fills, {len(lies)} lies, {scales.most} MiB at most")
        return Aftermath(struck=storm.struck, fills=fills, lies=lies, most_mib=scales.most)
    finally:
        platform.stop()


def _endured(
    platform: Platform, forecast: Forecast, say: Callable[[str], None]
) -> tuple[Fleet, Storm]:
    """Have a fleet trade, strike it, and stop it once it has come through."""
    fleet = Fleet.enlist(platform, forecast.bots)
    fleet.start()
    say("the fleet quotes")
    storm = Storm(fleet=fleet, dice=random.Random(forecast.seed), say=say)  # noqa: S311 - a seeded storm, not a secret
    storm.rage(forecast.what, seconds=forecast.seconds)
    say("the storm is over")
    fleet.quoting(storm.buried)
    fleet.trading()
    say("the fleet quotes and has traded")
    fleet.stop()
    say("the fleet is stopped")
    return fleet, storm


def _settled(fleet: Fleet) -> list[str]:
    """Give the lies that remain when what is on its way has arrived."""
    try:
        return until("the books to agree", lambda: books.lies(fleet), _none, limit_s=ARRIVED_IN_S)
    except GaveUp:
        return books.lies(fleet)


def _none(lies: list[str]) -> bool:
    return not lies


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # a victim's end took it along
