"""JSON Schemas of the MQTT messages, for integrators: `python -m janym.api.schemas FOLDER`."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from janym.api import broadcasts, messages
from janym.domain import topics
from janym.domain.live import EventKind

MODELS: dict[str, type[BaseModel]] = {
    topics.START.suffix: messages.StartMessage,
    topics.STOP.suffix: messages.StopMessage,
    topics.CONFIG_UPDATE.suffix: messages.StartMessage,
    topics.CONFIG_GET.suffix: messages.ConfigGetMessage,
    topics.ACK.suffix: messages.AckMessage,
    topics.CONFIG.suffix: messages.ConfigMessage,
    topics.STATUS.suffix: messages.StatusMessage,
    topics.STATUS_READY.suffix: messages.StatusMessage,
    topics.STATUS_ERROR.suffix: messages.StatusMessage,
    topics.ORDERS.suffix: messages.OrderMessage,
    topics.ORDERS_NEW.suffix: messages.OrderMessage,
    topics.ORDERS_FILLED.suffix: messages.FillMessage,
    topics.ORDERS_CANCELLED.suffix: messages.OrderMessage,
    topics.ORDERS_FAILED.suffix: messages.OrderMessage,
    topics.METRICS.suffix: messages.MetricsMessage,
    topics.METRICS_BALANCE.suffix: messages.BalanceMessage,
    topics.METRICS_PNL.suffix: messages.ProfitAndLossMessage,
    topics.METRICS_ORDERS.suffix: messages.OrderFiguresMessage,
    topics.LOGS_INFO.suffix: messages.LogMessage,
    topics.LOGS_WARNING.suffix: messages.LogMessage,
    topics.LOGS_ERROR.suffix: messages.LogMessage,
}

LIVE_MODELS: dict[str, type[BaseModel]] = {
    f"bots/{{bot_id}}/{EventKind.STATUS}": broadcasts.StatusEvent,
    f"bots/{{bot_id}}/{EventKind.ORDER}": broadcasts.OrderEvent,
    f"bots/{{bot_id}}/{EventKind.FILL}": broadcasts.FillEvent,
    topics.RESYNC: broadcasts.Resync,
}
"""What integrators get, by the topic below `live/{organization}/`."""


def documents() -> dict[str, dict[str, Any]]:
    """Give each topic's schema by file name: `orders-filled.json`, `live-order.json`."""
    of_bots = {
        f"{suffix.replace('/', '-')}.json": _document(f"hbot/{{bot_id}}/{suffix}", model)
        for suffix, model in MODELS.items()
    }
    of_integrators = {
        f"live-{rest.rpartition('/')[2]}.json": _document(f"live/{{organization}}/{rest}", model)
        for rest, model in LIVE_MODELS.items()
    }
    return of_bots | of_integrators


def _document(topic: str, model: type[BaseModel]) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"payload of {topic}, generated from {model.__name__}",
        **model.model_json_schema(mode="serialization"),
    }


def write(folder: Path) -> None:
    """Write them all, and remove what no topic has any more."""
    folder.mkdir(parents=True, exist_ok=True)
    written = documents()
    for file in folder.glob("*.json"):
        if file.name not in written:
            file.unlink()
    for name, document in written.items():
        (folder / name).write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
