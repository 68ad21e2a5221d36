"""The table of what a stack consists of: what starts after what, and how it is seen to answer."""

import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from containers.paper_exchange.instruments import LISTINGS
from local import environment, flow, probes, provisioning, resources
from local.layout import MARKER, ROOT, Stack
from local.postgres import SUPERUSER
from local.probes import Probe

MIGRATE = "janym-migrate"
"""The function that brings every schema up to date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A server that runs as long as the stack does."""

    name: str
    command: tuple[str, ...]
    probe: Probe
    environment: Mapping[str, str]
    address: str | None = None
    after: tuple[str, ...] = ()
    start_within: float = 60.0
    """Seconds until it must answer."""
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 10.0
    """Seconds between asking it to end and killing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something done once per start. It raises `provisioning.Failed`."""

    name: str
    run: Callable[[], None]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person chose for a stack."""

    postgres_version: int = 16
    fsync: bool = True
    ports: Mapping[str, int] = field(default_factory=dict[str, int])


URLS = {
    "postgres": "postgresql://127.0.0.1:{}",
    "clickhouse": "http://127.0.0.1:{}",
    "mqtt": "mqtts://localhost:{}",
    "moto": "http://127.0.0.1:{}",
    "issuer": "http://127.0.0.1:{}",
    "iot": "http://127.0.0.1:{}",
    "sqs": "http://127.0.0.1:{}",
    "gateway": "https://localhost:{}",
    "run_api": "http://127.0.0.1:{}",
    "live": "https://localhost:{}",
    "live_management": "http://127.0.0.1:{}",
    "lambda": "http://127.0.0.1:{}",
    "ecs": "http://127.0.0.1:{}",
    "paper_exchange": "http://127.0.0.1:{}",
    "flow_server": "http://127.0.0.1:{}",
    "collector": "http://127.0.0.1:{}",
}
"""Every address of a stack; the port is filled in."""

ADDRESS_OF = {"mosquitto": "mqtt"}
"""Components whose address has another name than they."""


def addresses(ports: Mapping[str, int]) -> dict[str, str]:
    return {name: url.format(ports[name]) for name, url in URLS.items()}


def paths(stack: Stack) -> dict[str, str]:
    """Return where components find files; absolute."""
    return {
        "pki": str(stack.pki),
        "logs": str(stack.logs),
        "secrets": str(stack.secrets),
        "work": str(stack.work),
        "terminal": str(ROOT / "web" / "dist"),
        "engine_python": str(ROOT / ".local" / "envs" / "engine" / "bin" / "python"),
    }


def plan(
    stack: Stack,
    ports: Mapping[str, int],
    secrets: Mapping[str, Any],
    choices: Choices,
    broker: Path,
) -> tuple[Component | Step, ...]:
    """Return what to start, each after what it needs."""
    nodes = (
        *_stores(stack, ports, secrets, choices),
        *_services(stack, ports, secrets, broker),
        *_cloud(stack, ports, secrets),
    )
    known = addresses(ports)
    return tuple(
        replace(node, address=known[ADDRESS_OF.get(node.name, node.name)])
        if isinstance(node, Component)
        else node
        for node in nodes
    )


def admin_url(port: int, secrets: Mapping[str, Any]) -> str:
    """Return the superuser's way into the cluster."""
    return f"postgresql://{SUPERUSER}:{secrets['postgres'][SUPERUSER]}@127.0.0.1:{port}/postgres"


def _python(module: str, *arguments: object) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *map(str, arguments))


def _stores(
    stack: Stack, ports: Mapping[str, int], secrets: Mapping[str, Any], choices: Choices
) -> tuple[Component | Step, ...]:
    admin = admin_url(ports["postgres"], secrets)
    postgres = Component(
        name="postgres",
        command=_python(
            "local.postgres",
            *("--data", stack.data("postgres"), "--port", ports["postgres"]),
            *("--secrets", stack.secrets, "--version", choices.postgres_version),
            *("--stack", stack.home),
            *(() if choices.fsync else ("--no-fsync",)),
        ),
        probe=probes.postgres(admin),
        environment=environment.python(stack),
        stop_signal=signal.SIGINT,
        stop_within=30,
    )
    clickhouse = Component(
        name="clickhouse",
        command=_python(
            "local.clickhouse",
            *("--data", stack.data("clickhouse"), "--port", ports["clickhouse"]),
            *("--secrets", stack.secrets),
        ),
        probe=probes.http(f"http://127.0.0.1:{ports['clickhouse']}/ping"),
        environment=environment.python(stack),
    )

    def database() -> None:
        provisioning.create_roles(admin, secrets["postgres"])
        provisioning.create_database(admin)

    return (postgres, clickhouse, Step(name="database", run=database, after=("postgres",)))


def _services(
    stack: Stack, ports: Mapping[str, int], secrets: Mapping[str, Any], broker: Path
) -> tuple[Component | Step, ...]:
    python = environment.python(stack)
    moto_url = f"http://127.0.0.1:{ports['moto']}"
    return (
        Component(
            name="mosquitto",
            command=_python(
                "local.mosquitto",
                *("--folder", stack.data("mosquitto"), "--pki", stack.pki),
                *("--port", ports["mqtt"], "--program", broker, "--stack", stack.home),
            ),
            probe=probes.tls(
                ports["mqtt"],
                ca=stack.pki / "ca.crt",
                certificate=stack.pki / "iot-data.crt",
                key=stack.pki / "iot-data.key",
            ),
            environment=python,
        ),
        Component(
            name="moto",
            command=_python("local.moto", "--port", ports["moto"], "--secrets", stack.secrets),
            probe=probes.http(f"{moto_url}/moto-api/data.json"),
            environment=python | environment.aws() | {"MOTO_ACCOUNT_ID": environment.ACCOUNT},
        ),
        Component(
            name="issuer",
            command=_python(
                "local.issuer",
                *("--key", stack.issuer_key, "--port", ports["issuer"]),
                *("--terminal", URLS["gateway"].format(ports["gateway"])),
            ),
            probe=probes.http(f"http://127.0.0.1:{ports['issuer']}/_health"),
            environment=python,
        ),
        Component(
            name="paper_exchange",
            command=_python(
                "containers.paper_exchange",
                *("--port", ports["paper_exchange"], "--data", stack.data("paper_exchange")),
                *("--control-token-file", stack.control_token),
            ),
            probe=probes.http(f"http://127.0.0.1:{ports['paper_exchange']}/control/health"),
            environment=python,
        ),
        Component(
            name="flow_server",
            command=_python(
                "containers.flow_server",
                *("--port", ports["flow_server"], "--terms", *flow.terms(LISTINGS)),
            ),
            probe=probes.http(f"http://127.0.0.1:{ports['flow_server']}/control/health"),
            environment=python,
        ),
        Step(
            name="secrets",
            run=lambda: provisioning.put_secret(
                moto_url, resources.CLICKHOUSE_SECRET, secrets["clickhouse"]
            ),
            after=("moto",),
        ),
    )


def _cloud(
    stack: Stack, ports: Mapping[str, int], secrets: Mapping[str, Any]
) -> tuple[Component | Step, ...]:
    lambdas = f"http://127.0.0.1:{ports['lambda']}"
    stores = ("database", "clickhouse", "secrets")
    return (
        _aws("sqs", stack, ports),
        _aws("iot", stack, ports, after=("mosquitto", "sqs", "moto")),
        _aws("gateway", stack, ports, after=(*stores, "sqs", "iot", "issuer"), patient=True),
        Step(
            name="schema",
            run=lambda: provisioning.migrate(lambdas, MIGRATE),
            after=("gateway", *stores),
        ),
        Step(
            name="monitoring",
            run=lambda: provisioning.monitor(admin_url(ports["postgres"], secrets)),
            after=("schema",),
        ),
        _aws(
            "ecs",
            stack,
            ports,
            after=("schema", "monitoring", "paper_exchange", "flow_server"),
            patient=True,
        ),
    )


def _aws(
    name: str,
    stack: Stack,
    ports: Mapping[str, int],
    *,
    after: tuple[str, ...] = (),
    patient: bool = False,
) -> Component:
    """Describe one of the stand-ins for an AWS service; patient ones end their own children."""
    scheme = URLS[name].partition(":")[0]
    return Component(
        name=name,
        command=_python(f"local.aws.{name}", "--stack", stack.description, "--port", ports[name]),
        probe=probes.http(
            f"{scheme}://localhost:{ports[name]}/_health"
            if scheme == "https"
            else f"{scheme}://127.0.0.1:{ports[name]}/_health",
            ca=stack.pki / "ca.crt" if scheme == "https" else None,
        ),
        environment=environment.python(stack) | environment.aws() | {MARKER: str(stack.home)},
        after=after,
        stop_within=60 if patient else 10,
    )
