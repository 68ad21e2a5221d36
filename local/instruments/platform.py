"""A stack of the demo's own: started and stopped as a person would, by its command."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from local.instruments.client import Client
from local.instruments.stores import ClickHouse, Postgres
from local.instruments.waiting import until

ORGANIZATION = "demo"
INSTALLED_IN_S = 240
STOPPED_IN_S = 150
RESTARTED_IN_S = 60


@dataclass(slots=True)
class Platform:
    """A running stack and the ways into it."""

    home: Path
    process: subprocess.Popen[bytes] | psutil.Process
    description: dict[str, Any]

    @classmethod
    def start(cls, home: Path) -> "Platform":
        """Start a stack anew in a folder and wait until it is up; its progress is ours.

        Raises:
            GaveUp: it did not come up; its output says why.
        """
        subprocess.run(
            [sys.executable, "-m", "janym.cli", "down", "--home", str(home)],
            check=False,
            stdout=subprocess.DEVNULL,
        )
        shutil.rmtree(home, ignore_errors=True)
        process = subprocess.Popen([sys.executable, "-m", "local", "up", "--home", str(home)])
        file = home / "stack.json"

        def look() -> dict[str, Any]:
            if process.poll() is not None:
                raise SystemExit(f"the stack ended with code {process.returncode}; see {home}/logs")
            return json.loads(file.read_text()) if file.exists() else {}

        try:
            description = until(
                "the stack to be up",
                look,
                lambda seen: bool(seen.get("ready")) and seen.get("pid") == process.pid,
                limit_s=INSTALLED_IN_S,
            )
        except BaseException:
            process.terminate()
            process.wait(STOPPED_IN_S)
            raise
        return cls(home=home, process=process, description=description)

    @classmethod
    def attached(cls, home: Path) -> "Platform":
        """Look at a stack that somebody else runs."""
        description = json.loads((home / "stack.json").read_text())
        return cls(home=home, process=psutil.Process(description["pid"]), description=description)

    def stop(self) -> int:
        """Stop the stack as Ctrl-C does, and return its exit code."""
        self.process.terminate()
        return self.process.wait(STOPPED_IN_S) or 0

    def address(self, name: str) -> str:
        return str(self.description["addresses"][name])

    def secrets(self) -> dict[str, Any]:
        return json.loads((self.home / "secrets.json").read_text())

    def api(self, role: str, organization: str = ORGANIZATION) -> Client:
        """Sign in with `janym token`, and give the platform's API."""
        token = subprocess.run(
            [sys.executable, "-m", "janym.cli", "token", "--home", str(self.home),
             "--org", organization, "--role", role],
            check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        authority = Path(self.description["paths"]["pki"]) / "ca.crt"
        return Client(base=self.address("gateway"), token=token, authority=authority)

    def exchange(self) -> Client:
        """Give the paper exchange's control."""
        token = str(self.secrets()["paper_exchange_control"])
        return Client(base=self.address("paper_exchange"), token=token)

    def stores(self) -> tuple[Postgres, ClickHouse]:
        """Give the ways into both stores."""
        secrets = self.secrets()
        password = secrets["postgres"]["postgres"]
        host = self.address("postgres").removeprefix("postgresql://")
        return (
            Postgres(url=f"postgresql://postgres:{password}@{host}/janym"),
            ClickHouse(
                url=self.address("clickhouse"),
                user=secrets["clickhouse"]["user"],
                password=secrets["clickhouse"]["password"],
            ),
        )

    def kill(self, component: str) -> None:
        """Kill a component's process, and wait until the supervisor has seen it."""
        os.kill(self._component(component)["pid"], signal.SIGKILL)
        self._until(component, "failed")

    def revive(self, component: str) -> None:
        """Have every failed component started again, and wait until this one answers."""
        self.process.send_signal(signal.SIGUSR1)
        self._until(component, "ready")

    def _component(self, name: str) -> dict[str, Any]:
        return json.loads((self.home / "stack.json").read_text())["components"][name]

    def _until(self, component: str, health: str) -> None:
        until(
            f"{component} to be {health}",
            lambda: self._component(component),
            lambda seen: seen["health"] == health,
            limit_s=RESTARTED_IN_S,
        )
