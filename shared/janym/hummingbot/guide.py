"""The guide to strategies, written from their schemas: `python -m janym.hummingbot.guide`."""

import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, cast

from janym.hummingbot import strategies

HEAD = """# Strategies

What a bot can run, by `strategy_type`, and the fields of its `config`. Ratios are fractions
(`0.001` is 0.1 %), amounts are in base units, prices in quote units per base unit, times in
seconds. Numbers are decimal strings; a field whose default is *none* may be left out, one that
*must* be given may not. `GET /api/strategies` gives the same as JSON Schemas.

This page is written by `python -m janym.hummingbot.guide`.
"""
ENGINES = {"v1": "Hummingbot's own strategy of that name", "v2": "A controller of ours"}
TABLE = "| field | unit and range | default | what it does |\n|---|---|---|---|"
SIGNS = {"exclusiveMinimum": ">", "minimum": "≥", "exclusiveMaximum": "<", "maximum": "≤"}
LENGTHS = {"minItems": "≥", "maxItems": "≤"}


def text() -> str:
    """The whole guide, in Markdown."""
    parts = [HEAD, *(_strategy(name) for name in strategies.STRATEGIES), _not_offered()]
    return "\n".join(parts)


def _strategy(name: str) -> str:
    model, schema = strategies.STRATEGIES[name], strategies.schema(name)
    rows = [_row(field, part, schema) for field, part in schema["properties"].items()]
    refusals = [f"- {each}" for each in model.refused_when]
    about = inspect.cleandoc(model.__doc__ or "")
    paragraphs = (
        f"## {name}",
        f"{about} {ENGINES[model.kind]}.",
        "\n".join([TABLE, *rows]),
        "\n".join(["Refused, besides what is out of its range, when:", "", *refusals]),
    )
    return "\n\n".join(paragraphs) + "\n"


def _row(field: str, part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    default = "*must*" if field in schema["required"] else _default(part["default"])
    cells = (f"`{field}`", "; ".join(_kinds(part)), default, part["description"])
    return f"| {' | '.join(cells)} |"


def _default(value: object) -> str:
    if value is None:
        return "*none*"
    if isinstance(value, list):
        return ", ".join(f"`{each}`" for each in cast("list[object]", value))
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`"


def _kinds(part: Mapping[str, Any]) -> Iterator[str]:
    for option in part.get("anyOf", [part]):
        if option.get("type") == "null":
            continue
        if "enum" in option:
            yield " or ".join(f"`{each}`" for each in option["enum"])
        elif option.get("type") == "array":
            lengths = [f"{sign} {option[key]}" for key, sign in LENGTHS.items() if key in option]
            of = ", ".join(_kinds(option["items"]))
            yield f"list ({', '.join(lengths)}) of {of}"
        else:
            unit = option.get("unit") or part.get("unit") or option["type"]
            limits = [f"{sign} {option[key]}" for key, sign in SIGNS.items() if key in option]
            yield ", ".join([unit, *limits])


def _not_offered() -> str:
    rows = [f"| `{name}` | {reason} |" for name, reason in strategies.NOT_OFFERED.items()]
    table = "| strategy_type | the reason it is refused with |\n|---|---|"
    return "\n".join(["## Not offered", "", table, *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(text())
