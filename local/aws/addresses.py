"""The one table of what the laptop puts in place of AWS: parameter values, variables, origins."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from local import flow
from local.aws.cloud import Api, SocketApi
from local.aws.stack import Stack
from local.environment import REGION
from local.issuer import AUDIENCE
from local.layout import MARKER

ParameterValue = Callable[[Stack], str]
Override = Callable[[Stack, str], str]


def database_url(stack: Stack, url: str) -> str:
    """The template's database URL at the stack's server, with the role's password."""
    asked, given = urlsplit(url), urlsplit(stack.address("postgres"))
    user = asked.username or "app"
    password = quote(stack.secret("postgres", user), safe="")
    place = f"{user}:{password}@{given.hostname}:{given.port}"
    return urlunsplit(("postgresql", place, given.path or asked.path or "/janym", "", ""))


def venue_endpoints(stack: Stack) -> str:
    """Where the paper environment's exchange answers, as JSON by environment and exchange."""
    rest = stack.address("paper_exchange")
    stream = "ws" + rest.removeprefix("http")
    binance = {"rest": rest, "stream": f"{stream}/ws", "ws_api": f"{stream}/ws-api/v3"}
    bybit = {
        "rest": rest,
        "stream": f"{stream}/v5/public/spot",
        "private": f"{stream}/v5/private",
    }
    return json.dumps({"paper": {"binance": binance, "bybit": bybit}})


def feed_endpoints(stack: Stack) -> str:
    """Where the flow server answers as a venue, as JSON by venue and market."""
    return json.dumps(flow.endpoints(stack.address("flow_server")))


PARAMETERS: Mapping[str, ParameterValue] = {
    "JwtIssuer": lambda stack: stack.address("issuer"),
    "JwtAudience": lambda _: AUDIENCE,
    "IotDataEndpoint": lambda stack: stack.host("mqtt"),
    "IotMqttPort": lambda stack: str(stack.port("mqtt")),
    "IotCaPem": lambda stack: (stack.path("pki") / "ca.crt").read_text(),
    "ClickHouseUrl": lambda stack: stack.address("clickhouse"),
    "VenueEndpoints": venue_endpoints,
    "BotImage": lambda _: "laptop/bridge",
    "Collectors": lambda _: "1",
    "FeedEndpoints": feed_endpoints,
    "CollectorImage": lambda _: "laptop/collector",
    "ExecutorImage": lambda _: "laptop/executor",
    "PaperExchangeImage": lambda _: "laptop/paper_exchange",
    "BotRepositoryArn": lambda _: f"arn:aws:ecr:{REGION}:000000000000:repository/bridge",
    "ServiceRepositoryArn": lambda _: f"arn:aws:ecr:{REGION}:000000000000:repository/services",
}
"""Parameters of the template by name; one that is not here takes the template's default."""

IMAGES: Mapping[str, tuple[str, ...]] = {
    "laptop/bridge": ("-m", "containers.bridge"),
    "laptop/collector": ("-m", "containers.collector"),
    "laptop/executor": ("-m", "containers.executor"),
    "laptop/paper_exchange": ("-m", "containers.paper_exchange"),
    "laptop/python": (),
}
"""What the laptop runs instead of an image: arguments of the stack's Python. The last entry runs
whatever the container's own command says."""

OVERRIDES: Mapping[str, Override] = {
    "DATABASE_URL": database_url,
    "DATABASE_AUTH": lambda _stack, _value: "url",
    "CREDENTIAL_KEY_ARN": lambda stack, _value: stack.secret("credential_key_arn"),
    "CHANNEL_KEY_ARN": lambda stack, _value: stack.secret("credential_key_arn"),
    "CLICKHOUSE_URL": lambda stack, _value: stack.address("clickhouse"),
    "CLICKHOUSE_SECRET_ARN": lambda stack, _value: stack.secret("clickhouse_secret_arn"),
    "IOT_DATA_ENDPOINT": lambda stack, _value: stack.host("mqtt"),
    "IOT_MQTT_PORT": lambda stack, _value: str(stack.port("mqtt")),
    "VENUE_ENDPOINTS": lambda stack, _value: venue_endpoints(stack),
    "FEED_ENDPOINTS": lambda stack, _value: feed_endpoints(stack),
    "COLLECTOR_PORT": lambda stack, _value: str(stack.port("collector")),
    "COLLECTOR_TOKEN": lambda stack, _value: stack.secret("collector_door"),
    "EGRESS_ADDRESSES": lambda _stack, _value: "",
    "ENGINE_PYTHON": lambda stack, _value: str(stack.path("engine_python")),
}
"""Environment variables of functions and tasks whose value the laptop replaces."""

ENDPOINTS: Mapping[str, str] = {
    "AWS_ENDPOINT_URL": "moto",
    "AWS_ENDPOINT_URL_IOT": "iot",
    "AWS_ENDPOINT_URL_IOT_DATA_PLANE": "iot",
    "AWS_ENDPOINT_URL_ECS": "ecs",
    "AWS_ENDPOINT_URL_LAMBDA": "lambda",
    "AWS_ENDPOINT_URL_SQS": "sqs",
}
"""Variables by which boto3 finds the stack's servers."""


def aws_environment(stack: Stack) -> dict[str, str]:
    """The addresses of the stack's AWS, for boto3."""
    urls = {name: stack.address(component) for name, component in ENDPOINTS.items()}
    return {
        **urls,
        MARKER: str(stack.home),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def origins(stack: Stack, apis: list[Api], socket_apis: list[SocketApi]) -> dict[str, str]:
    """Where each API of the template answers on the laptop, by its address in AWS."""
    found = {
        f"https://{_host(api.id)}": stack.address("run_api" if api.for_tasks else "gateway")
        for api in apis
    }
    for api in socket_apis:
        found[f"wss://{_host(api.id)}"] = stack.address("live").replace("http", "ws", 1)
        found[f"https://{_host(api.id)}"] = stack.address("live_management")
    return found


def _host(api: str) -> str:
    return f"{api}.execute-api.{REGION}.amazonaws.com"


def adapted(
    stack: Stack, origins: Mapping[str, str], variables: Mapping[str, str]
) -> dict[str, str]:
    """The variables of a function or task with the laptop's values in place of AWS's."""
    replaced: dict[str, str] = {}
    for name, value in variables.items():
        text = OVERRIDES[name](stack, value) if name in OVERRIDES else value
        for origin, address in origins.items():
            text = text.replace(origin, address)
        replaced[name] = text
    return replaced
