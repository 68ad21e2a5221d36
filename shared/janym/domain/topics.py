"""Every MQTT topic: the broker's ACL, the IoT policy and both ends are made from this table.

IoT Core allows 7 slashes, 128 KB and QoS 0 or 1. The bot is known from the topic's second level,
never from the payload.
"""

from dataclasses import dataclass
from enum import StrEnum

from janym.domain.ids import BotId, OrganizationId

ROOT = "hbot"
LIVE = "live"
"""What begins the topics of an organization's events, which integrators read."""
RESYNC = "resync"
"""The topic below `live/{organization}/` that tells of events which are not published any more."""
MAX_PAYLOAD_BYTES = 128 * 1024


class Direction(StrEnum):
    """Who publishes."""

    FROM_BOT = "from_bot"
    TO_BOT = "to_bot"


class Ingest(StrEnum):
    """Which way a bot's message takes into the platform."""

    STATE = "state"
    """An ordinary topic, for what others may want to subscribe to."""
    TELEMETRY = "telemetry"
    """Basic Ingest: straight to the rule, no broker charge, no subscriber."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One kind of message under `hbot/{bot_id}/`."""

    suffix: str
    direction: Direction
    qos: int = 1
    retained: bool = False
    ingest: Ingest | None = None


def _from_bot(suffix: str, ingest: Ingest, *, qos: int = 1, retained: bool = False) -> Topic:
    return Topic(
        suffix=suffix, direction=Direction.FROM_BOT, qos=qos, retained=retained, ingest=ingest
    )


START = Topic(suffix="start", direction=Direction.TO_BOT)
STOP = Topic(suffix="stop", direction=Direction.TO_BOT)
CONFIG_UPDATE = Topic(suffix="config/update", direction=Direction.TO_BOT)
CONFIG_GET = Topic(suffix="config/get", direction=Direction.TO_BOT)
ACK = _from_bot("ack", Ingest.STATE)
CONFIG = _from_bot("config", Ingest.STATE)
STATUS = _from_bot("status", Ingest.STATE, retained=True)
STATUS_READY = _from_bot("status/ready", Ingest.STATE)
STATUS_ERROR = _from_bot("status/error", Ingest.STATE)
ORDERS = _from_bot("orders", Ingest.STATE)
ORDERS_NEW = _from_bot("orders/new", Ingest.STATE)
ORDERS_FILLED = _from_bot("orders/filled", Ingest.STATE)
ORDERS_CANCELLED = _from_bot("orders/cancelled", Ingest.STATE)
ORDERS_FAILED = _from_bot("orders/failed", Ingest.STATE)
METRICS = _from_bot("metrics", Ingest.TELEMETRY, qos=0)
METRICS_BALANCE = _from_bot("metrics/balance", Ingest.TELEMETRY, qos=0)
METRICS_PNL = _from_bot("metrics/pnl", Ingest.TELEMETRY, qos=0)
METRICS_ORDERS = _from_bot("metrics/orders", Ingest.TELEMETRY, qos=0)
LOGS_INFO = _from_bot("logs/info", Ingest.TELEMETRY)
LOGS_WARNING = _from_bot("logs/warning", Ingest.TELEMETRY)
LOGS_ERROR = _from_bot("logs/error", Ingest.TELEMETRY)

TOPICS = (
    START, STOP, CONFIG_UPDATE, CONFIG_GET,
    ACK, CONFIG, STATUS, STATUS_READY, STATUS_ERROR,
    ORDERS, ORDERS_NEW, ORDERS_FILLED, ORDERS_CANCELLED, ORDERS_FAILED,
    METRICS, METRICS_BALANCE, METRICS_PNL, METRICS_ORDERS,
    LOGS_INFO, LOGS_WARNING, LOGS_ERROR,
)  # fmt: skip

BY_SUFFIX = {topic.suffix: topic for topic in TOPICS}


def of(bot: BotId | str, topic: Topic) -> str:
    """Give the full topic as a subscriber sees it: `hbot/{bot_id}/{suffix}`."""
    return f"{ROOT}/{bot}/{topic.suffix}"


def published(bot: BotId | str, topic: Topic, *, telemetry_rule: str) -> str:
    """Give the topic to publish on: telemetry goes by Basic Ingest to its rule."""
    if topic.ingest is Ingest.TELEMETRY:
        return f"$aws/rules/{telemetry_rule}/{of(bot, topic)}"
    return of(bot, topic)


def parse(topic: str) -> tuple[str, Topic | None]:
    """Split `hbot/{bot_id}/{suffix}` into the bot's id as written and the kind of message.

    The kind is None for a topic that is not in the table; the id is empty outside `hbot/`.
    """
    root, _, rest = topic.partition("/")
    bot, _, suffix = rest.partition("/")
    return (bot, BY_SUFFIX.get(suffix)) if root == ROOT else ("", None)


def live(organization: OrganizationId, rest: str) -> str:
    """Give a topic of an organization's events: `live/{organization}/{rest}`; `#` is all of them.

    The organization's id must be a level of a topic; see `integrator.require_level`.
    """
    return f"{LIVE}/{organization}/{rest}"


def of_event(organization: OrganizationId, bot: BotId, kind: str) -> str:
    """Give the topic of what happened to a bot: `live/{organization}/bots/{bot_id}/{kind}`."""
    return live(organization, f"bots/{bot}/{kind}")
