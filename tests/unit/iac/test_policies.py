"""Every call of AWS is allowed to its caller, and whatever is allowed is called.

Functions run the life of a bot and the day of an organization, tasks what they ask of AWS; behind
their ports stand the real adapters, whose calls are recorded and put to IAM's rules over the
template's own statements.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest

from containers.bridge import identity, process, settings
from containers.bridge.claim import Refused
from containers.bridge.clock import SystemClock
from iac.templates import as_list
from janym.domain.credential import PURPOSE, ExchangeKey
from janym.domain.ids import BotId, CredentialId, OrganizationId, RunId
from janym.domain.integrator import CLIENT
from janym.domain.live import ConnectionId
from janym.domain.topics import CONFIG_UPDATE, START, STOP, of_event
from local.environment import REGION
from tests.fakes import authorizations, deployed, life, scene
from tests.fakes.deployed import Deployed, Template
from tests.fakes.functions import Functions, functions_of
from tests.fakes.iam import Call, Statement, allows, fits, like
from tests.fakes.intercepted import CERTIFICATE, Recorded, Tee, intercepted
from tests.fakes.world import World

PORTS = ("vault", "bus", "functions", "launcher", "certificates", "passes")
SECRETS = {"CLICKHOUSE_SECRET_ARN", "MAIL_SECRET_ARN", "OWNER_SECRET_ARN"}
PORT = re.compile(r"\bwiring\.(\w+)\(|^\s*(?:import|from) boto(?:3|core)\b", re.MULTILINE)
CONTAINERS = Path(__file__).parents[3] / "containers"
ACME = OrganizationId("acme")
BOT = BotId(UUID("5f0c2d9e-7b1a-4c83-9d46-0a1b2c3d4e5f"))


@dataclass(frozen=True)
class Account:
    """All callers by name, and what was called."""

    template: Template
    calls: tuple[tuple[str, Call], ...]

    @property
    def callers(self) -> Mapping[str, Deployed]:
        return self.template.callers

    def made_by(self, caller: str) -> list[Call]:
        return [call for name, call in self.calls if name == caller]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    template = deployed.read(tmp_path_factory.mktemp("stack"))
    callers = template.callers
    with intercepted({name: each.variables for name, each in callers.items()}) as recorded:
        _run_through(recorded, callers)
    calls = [
        (caller, Call(role=callers[caller].role, action=action, resource=arn, context=context))
        for caller, service, operation, params in recorded.calls
        for action, arn, context in authorizations.of(service, operation, params, template.place)
    ]
    unseen = [(name, call) for name, each in callers.items() for call in each.calls]
    return Account(template=template, calls=(*calls, *unseen))


def _run_through(recorded: Recorded, callers: Mapping[str, Deployed]) -> None:
    """Have functions live a bot's life and set the scene, and everybody do what neither needs."""
    for story in (life.live, scene.set_up):
        _tell(story, recorded)
    for caller, deeds in DEEDS.items():
        recorded.caller = caller
        for deed in deeds:
            deed(recorded)
    for caller, each in callers.items():
        recorded.caller = caller
        for variable in SECRETS & set(each.variables):
            recorded.adapter("_secrets").get(each.variables[variable])


def _tell(story: Callable[[Functions], object], recorded: Recorded) -> None:
    with pytest.MonkeyPatch.context() as patch, functions_of(world := World(), patch) as functions:
        load = functions.load

        def with_adapters(function: str) -> ModuleType:
            recorded.caller = function
            return load(function)

        for port in PORTS:
            tee = Tee(port, getattr(world, port), recorded)
            setattr(functions.wiring, port, lambda tee=tee: tee)
        functions.load = with_adapters
        story(functions)


EXCHANGE_KEY = ExchangeKey(api_key="k", api_secret="s")
KEY = {
    "organization_id": "acme",
    "credential_id": str(BOT),
    "exchange": "binance",
    "purpose": PURPOSE,
}
CHANNEL = {
    "organization_id": "acme",
    "channel_id": str(BOT),
    "kind": "slack",
    "purpose": "alert-channel",
}


def _open_a_channel(recorded: Recorded) -> None:
    """Decrypt what was encrypted just now; the encryption is not this function's call."""
    adapter, made = recorded.adapter("seal"), len(recorded.calls)
    sealed = adapter.seal("{}", context=CHANNEL)
    del recorded.calls[made:]
    adapter.unseal(sealed, context=CHANNEL)


def _encrypt_anew(recorded: Recorded) -> None:
    """Decrypt a key and encrypt it again; the encryption it starts from is not this function's."""
    adapter, made = recorded.adapter("vault"), len(recorded.calls)
    encrypted = adapter.encrypt(EXCHANGE_KEY, context=KEY)
    del recorded.calls[made:]
    adapter.encrypt(adapter.decrypt(encrypted, context=KEY), context=KEY)


def _seal_anew(recorded: Recorded) -> None:
    """The same with what a channel needs to know."""
    adapter, made = recorded.adapter("seal"), len(recorded.calls)
    sealed = adapter.seal("{}", context=CHANNEL)
    del recorded.calls[made:]
    adapter.seal(adapter.unseal(sealed, context=CHANNEL), context=CHANNEL)


def _claim(recorded: Recorded) -> None:
    """Ask for a run as the bridge does, with the claim's address as the template gives it."""
    made = {"LAUNCH_TOKEN": "t", "BOT_ID": str(BOT), "RUN_ID": str(BOT), "AWS_REGION": REGION}
    known = settings.read({**recorded.variables[recorded.caller], **made})
    with pytest.raises(Refused):
        process.claimed(known, identity.new(known.bot_id), SystemClock())


DEEDS: Mapping[str, tuple[Callable[[Recorded], object], ...]] = {
    "credentials": (
        lambda r: r.adapter("functions").test_credential(CredentialId(BOT)),
        lambda r: r.adapter("functions").rotate_credential(CredentialId(BOT)),
    ),
    "key_check": (lambda r: r.adapter("functions").check_credential(CredentialId(BOT)),),
    "rotate": (_encrypt_anew, _seal_anew),
    "venue_check": (lambda r: r.adapter("functions").reconcile(BOT),),
    "reconcile": (
        lambda r: r.adapter("launcher").find(RunId(BOT)),
        lambda r: r.adapter("launcher").look(["7" * 32]),
        lambda r: r.adapter("launcher").stop("7" * 32, reason="too late"),
        lambda r: r.adapter("bus").publish(BOT, CONFIG_UPDATE, {}),
        lambda r: r.adapter("bus").publish(BOT, START, {}),
        lambda r: r.adapter("bus").publish(BOT, STOP, {}),
        lambda r: r.adapter("certificates").retire(BOT, CERTIFICATE),
    ),
    "task_events": (
        lambda r: r.adapter("functions").check_venue(BOT),
        lambda r: r.adapter("functions").reconcile(BOT),
        lambda r: r.adapter("certificates").retire(BOT, CERTIFICATE),
    ),
    "organization": (lambda r: r.adapter("functions").enforce(OrganizationId("acme")),),
    "alert_channels": (
        lambda r: r.adapter("seal").seal("{}", context=CHANNEL),
        lambda r: r.adapter("functions").deliver_alerts(),
    ),
    "alerts_deliver": (_open_a_channel,),
    "live_sockets": (lambda r: r.adapter("sockets").send(ConnectionId("c"), b"{}"),),
    "integrators": (lambda r: r.adapter("functions").publish_events(),),
    "integrators_push": (
        lambda r: r.adapter("broadcaster").broadcast.publish(of_event(ACME, BOT, "status"), {}),
        lambda r: r.adapter("passes").end(f"{CLIENT}{BOT}", CERTIFICATE),
    ),
    "live_push": (
        lambda r: r.adapter("functions").publish_events(),
        lambda r: r.adapter("sockets").send(ConnectionId("c"), b"{}"),
        lambda r: r.adapter("sockets").close(ConnectionId("c")),
    ),
    "bot": (_claim,),
    "collector": (lambda r: r.adapter("sockets").send(ConnectionId("c"), b"{}"),),
}
"""What tasks do, and functions on a day that goes less well than the story's, by their ports."""


def test_every_call_is_allowed_to_its_caller(account: Account) -> None:
    """SU-011: IAM refuses nothing that a function, a task, or AWS for them does."""
    refused = {
        f"{caller}: {call}"
        for caller, call in account.calls
        if not allows(account.callers[caller].statements, call)
    }

    assert {caller for caller, _ in account.calls} >= {"claim", "bot", "collector"}
    assert not refused, "\n".join(sorted(refused))


def test_whatever_is_allowed_is_called(account: Account) -> None:
    """No right without a use: each action and each resource of each statement."""
    unused = [
        f"{name}: {what}"
        for name, caller in account.callers.items()
        for statement in caller.statements
        if statement["Effect"] == "Allow"
        for what in _unused(statement, account.made_by(name))
    ]

    assert not unused, "\n".join(unused)


def test_tasks_ask_for_nothing_that_is_not_recorded() -> None:
    """Another port that a task takes up has to be used above, with its calls of AWS."""
    asked = {
        (file.parts[len(CONTAINERS.parts)], port)
        for file in CONTAINERS.rglob("*.py")
        for port in PORT.findall(file.read_text())
    }

    assert asked == {
        ("collector", port) for port in ("roster", "market_store", "sockets", "recorder")
    }


def test_no_role_is_left_out(account: Account) -> None:
    """Whatever a function or a task may take is judged here."""
    assert account.template.roles <= {each.role for each in account.callers.values()}


def _unused(statement: Statement, calls: list[Call]) -> Iterator[str]:
    fitting = [call for call in calls if fits(statement, call)]
    for action in as_list(statement["Action"]):
        if not any(like(action, call.action, fold=True) for call in fitting):
            yield f"{action} is never called"
    for resource in as_list(statement["Resource"]):
        if not any(like(resource, call.resource) for call in fitting):
            yield f"nothing is called on {resource}"


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([], False),
        ([{"Effect": "Allow", "Action": "iot:Pub*", "Resource": "topic/*/start"}], True),
        ([{"Effect": "Allow", "Action": "IOT:publish", "Resource": ["x", "topic/b/st?rt"]}], True),
        ([{"Effect": "Allow", "Action": "iot:Publish", "Resource": "topic/*/stop"}], False),
        ([{"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"}], False),
        (
            [
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": "iot:*", "Resource": "*"},
            ],
            False,
        ),
        (
            [
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "NotAction": "execute-api:Invoke", "Resource": "*"},
            ],
            False,
        ),
        (
            [
                {
                    "Effect": "Allow",
                    "Action": "*",
                    "Resource": "*",
                    "Condition": {"StringEquals": {"kms:EncryptionContext:purpose": "x"}},
                }
            ],
            False,
        ),
        (
            [
                {
                    "Effect": "Allow",
                    "Action": "*",
                    "Resource": "*",
                    "Condition": {"ArnLike": {"aws:SourceArn": ["a", "arn:*"]}},
                }
            ],
            True,
        ),
    ],
)
def test_these_rules_are_those_of_iam(statements: list[Statement], allowed: bool) -> None:  # noqa: FBT001 - a table's column
    call = Call(
        role="R",
        action="iot:Publish",
        resource="topic/b/start",
        context={"aws:SourceArn": "arn:aws:x"},
    )

    assert allows(statements, call) is allowed
