"""Runs in Hummingbot's interpreter: gives it a rendered configuration, prints what it understood.

usage: ENGINE_PYTHON -I engine_probe.py ENGINE_FOLDER WORK_DIR  < {"kind", "strategy", "config"}
"""

import asyncio
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any


def name_engine(folder: Path) -> None:
    spec = importlib.util.spec_from_file_location("engine_main", folder / "__main__.py")
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def main() -> None:
    folder, work_dir = map(Path, sys.argv[1:])
    asked = json.load(sys.stdin)
    name_engine(folder)
    installation = importlib.import_module("engine.installation")
    installation.relocate(work_dir, "binance")
    adapter = importlib.import_module("engine.adapter")
    try:
        understood = asyncio.run(understand(adapter, asked))
    except installation.Refused as error:
        understood = {"refused": error.report.message}
    json.dump(understood, sys.stdout, default=str)


async def understand(adapter: Any, asked: dict[str, Any]) -> dict[str, Any]:
    if asked["kind"] == "v2":
        return adapter.controller_config(asked["config"]).model_dump()
    config_map = adapter.get_strategy_config_map(asked["strategy"])
    await adapter.fill_config_map(config_map, asked["config"])
    return {name: variable.value for name, variable in config_map.items()}


main()
