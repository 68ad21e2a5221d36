"""Rules on what a function is told: the variables behind the ports its handler asks for, no others.

A handler asks by `wiring.<port>`, called or handed on, and `wiring.settings().<name>`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from iac.fault import Fault, Rule
from iac.templates import Project, text
from janym import config

DATABASE = {"DATABASE_URL", "DATABASE_AUTH"}
CLICKHOUSE = {"CLICKHOUSE_URL", "CLICKHOUSE_SECRET_ARN"}
NEEDS: dict[str, set[str]] = {
    "admit": DATABASE,
    "units": DATABASE,
    "vault": {"CREDENTIAL_KEY_ARN"},
    "venues": {"VENUE_ENDPOINTS"},
    "history": CLICKHOUSE,
    "market_past": CLICKHOUSE,
    "roster": DATABASE,
    "certificates": {"BOT_POLICY"},
    "launcher": {
        "CLUSTER", "BOT_TASK_FAMILY", "BOT_CONTAINER", "BOT_SUBNETS", "BOT_SECURITY_GROUP",
    },
    "feeds": DATABASE,
    "passes": {"INTEGRATOR_POLICY", "INTEGRATOR_THING_TYPE"},
    "broadcaster": DATABASE | {"INTEGRATOR_POLICY"},
    "sockets": {"LIVE_MANAGEMENT_URL"},
    "pusher": DATABASE | {"LIVE_MANAGEMENT_URL"},
    "seal": {"CHANNEL_KEY_ARN"},
    "courier": DATABASE | {"CHANNEL_KEY_ARN", "MAIL_SERVER", "MAIL_SENDER", "MAIL_SECRET_ARN"},
    "retention": DATABASE,
    "migrate": DATABASE | CLICKHOUSE | {"OWNER_SECRET_ARN", "HISTORY_DAYS"},
    "bus": set(), "clock": set(), "functions": set(), "pause": set(),
    "randomness": set(), "settings": set(),
}  # fmt: skip
"""Ports of `janym.wiring`, and what each reads from the environment."""
SOMETIMES = {
    "FORMER_CREDENTIAL_KEY_ARN",  # who only encrypts opens nothing
    "FORMER_CHANNEL_KEY_ARN",
    "BOT_THING_TYPE",  # a caller that only retires certificates has none
    "RECONCILE_FUNCTION",  # whom a function may ask is another rule's
    "ROTATE_FUNCTION",
    "VENUE_CHECK_FUNCTION",
    "LIVE_PUSH_FUNCTION",
    "INTEGRATORS_PUSH_FUNCTION",
    "ALERTS_DELIVER_FUNCTION",
}


def functions_are_told_what_they_use(project: Project) -> Iterator[Fault]:
    for name, resource in project.root.source["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        handler = project.folder / properties["CodeUri"] / "handler.py"
        if not handler.is_file():
            continue  # every_folder_is_deployed says so
        given = set(properties.get("Environment", {}).get("Variables", {}))
        ports, used = _asked(handler)
        for port in sorted(ports - set(NEEDS)):
            yield Fault(where=name, message=f"asks wiring.{port}(), which this rule does not know")
        for variable in sorted(used - given):
            yield Fault(where=name, message=f"uses {variable} and is not told it")
        for variable in sorted(given - used - SOMETIMES):
            yield Fault(where=name, message=f"is told {variable} and does not use it")


def _asked(handler: Path) -> tuple[set[str], set[str]]:
    """The ports that a handler asks for, and the variables behind them."""
    source = handler.read_text()
    ports = set(re.findall(r"\bwiring\.(\w+)", source))
    named = {read.upper() for read in re.findall(r"\bsettings(?:\(\))?\.(\w+)", source)}
    behind = {variable for port in ports for variable in NEEDS.get(port, ())}
    return ports, behind | (named & set(config.VARIABLES))


def people_are_let_in(project: Project) -> Iterator[Fault]:
    """Who answers people from the database first asks whether they still belong there."""
    for name, resource in project.root.source["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        handler = project.folder / properties["CodeUri"] / "handler.py"
        url = text(properties.get("Environment", {}).get("Variables", {}).get("DATABASE_URL"))
        if not str(url).startswith("postgresql://app@") or not handler.is_file():
            continue
        if "admit" not in _asked(handler)[0]:
            yield Fault(where=name, message="lets in whoever has a token: new_app(wiring.admit)")


RULES: tuple[Rule, ...] = (functions_are_told_what_they_use, people_are_let_in)
