"""Every call of AWS is allowed to its caller, and whatever is allowed is called.

Functions run the life of a bot and the day of an organization; behind their ports stand the real
adapters, whose calls are recorded and put to IAM's rules over the template's own statements.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest

from iac.templates import as_list
from janym.domain.credential import PURPOSE, ExchangeKey
from janym.domain.ids import BotId, CredentialId, OrganizationId, RunId
from janym.domain.integrator import CLIENT
from janym.domain.live import ConnectionId
from janym.domain.topics import CONFIG_UPDATE, START, STOP, of_event
from local.aws import template
from local.aws.intrinsics import Scope
from local.aws.stack import Stack
from local.environment import ACCOUNT, REGION
from tests.fakes import authorizations, life, scene
from tests.fakes.authorizations import Place
from tests.fakes.functions import Functions, functions_of
from tests.fakes.iam import Call, Statement, allows, fits, like
from tests.fakes.intercepted import CERTIFICATE, Recorded, Tee, intercepted
from tests.fakes.world import World

ROOT = Path(__file__).parents[3]
PORTS = ("vault", "bus", "functions", "launcher", "certificates", "passes")
SECRETS = {"CLICKHOUSE_SECRET_ARN", "MAIL_SECRET_ARN", "OWNER_SECRET_ARN"}
ACME = OrganizationId("acme")
BOT = BotId(UUID("5f0c2d9e-7b1a-4c83-9d46-0a1b2c3d4e5f"))


@dataclass(frozen=True)
class Deployed:
    """A function as the template deploys it."""

    role: str
    variables: Mapping[str, str]
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Account:
    """All functions by folder, and what was called."""

    functions: Mapping[str, Deployed]
    calls: tuple[tuple[str, Call], ...]

    def made_by(self, function: str) -> list[Call]:
        return [call for caller, call in self.calls if caller == function]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    home = tmp_path_factory.mktemp("stack")
    (home / "ca.crt").write_text("authority")
    anywhere = defaultdict[str, str](lambda: "http://127.0.0.1:9000")
    stack = Stack(home=home, addresses=anywhere, paths=defaultdict(lambda: home))
    root, _, code = template.resolved(ROOT / "template.yaml", stack)
    functions = dict(_functions(root, code))
    place = Place(
        api=str(root.ref("LiveApi", "")),
        bot_roles=tuple(
            str(root.attribute("Containers", f"Outputs.{name}", ""))
            for name in ("BotTaskRoleArn", "ExecutionRoleArn")
        ),
    )
    variables = {name: each.variables for name, each in functions.items()}
    with intercepted(variables) as recorded:
        _run_through(recorded, functions)
    calls = [
        (caller, Call(role=functions[caller].role, action=action, resource=arn, context=context))
        for caller, service, operation, params in recorded.calls
        for action, arn, context in authorizations.of(service, operation, params, place)
    ]
    return Account(functions=functions, calls=(*calls, *_unseen(root, functions)))


def _functions(root: Scope, code: Mapping[str, Path]) -> Iterator[tuple[str, Deployed]]:
    for name, resource in root.resources.items():
        if resource["Type"] != "AWS::Lambda::Function":
            continue
        properties = root.properties(name)
        [role, _] = properties["Role"]["Fn::GetAtt"]
        policies = root.resolve(root.properties(role).get("Policies", []), role)
        given = root.resolve(properties.get("Environment", {}).get("Variables", {}), name)
        yield (
            code[name].name,
            Deployed(
                role=role,
                variables={key: str(value) for key, value in given.items()},
                statements=tuple(
                    statement
                    for policy in policies
                    for statement in as_list(policy["PolicyDocument"]["Statement"])
                ),
            ),
        )


def _run_through(recorded: Recorded, deployed: Mapping[str, Deployed]) -> None:
    """Have functions live a bot's life and set the scene, and do what neither needs."""
    for story in (life.live, scene.set_up):
        _tell(story, recorded)
    for function, deeds in DEEDS.items():
        recorded.caller = function
        for deed in deeds:
            deed(recorded)
    for function, each in deployed.items():
        recorded.caller = function
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
}
"""What functions do on a day that goes less well than the story's, by their own ports."""


def _unseen(root: Scope, functions: Mapping[str, Deployed]) -> Iterator[tuple[str, Call]]:
    """Give what is no request of boto3: signing in to RDS, and what Lambda sends on failure."""
    database = root.attribute("Data", "Outputs.DatabaseResourceId", "")
    for name, function in functions.items():
        url = function.variables.get("DATABASE_URL", "")
        if function.variables.get("DATABASE_AUTH") == "iam":
            user = url.removeprefix("postgresql://").partition("@")[0]
            arn = f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:{database}/{user}"
            yield name, Call(role=function.role, action="rds-db:connect", resource=arn)
    for logical_id, resource in root.resources.items():
        if resource["Type"] != "AWS::Lambda::EventInvokeConfig":
            continue
        found = root.resolve(root.properties(logical_id), logical_id)
        target = found.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        name = str(found["FunctionName"]).removeprefix("janym-").replace("-", "_")
        if target is not None:
            yield name, Call(role=functions[name].role, action="sqs:SendMessage", resource=target)


def test_every_call_is_allowed_to_its_caller(account: Account) -> None:
    """SU-011: IAM refuses nothing that a function does."""
    refused = {
        f"{function}: {call}"
        for function, call in account.calls
        if not allows(account.functions[function].statements, call)
    }

    assert account.calls
    assert not refused, "\n".join(sorted(refused))


def test_whatever_is_allowed_is_called(account: Account) -> None:
    """No right without a use: each action and each resource of each statement."""
    unused = [
        f"{name}: {what}"
        for name, function in account.functions.items()
        for statement in function.statements
        if statement["Effect"] == "Allow"
        for what in _unused(statement, account.made_by(name))
    ]

    assert not unused, "\n".join(unused)


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
