"""What the template gives each function: its variables, and with them its database role."""

import functools
import re
from typing import Any

from iac.templates import ROOT, read_template, text
from local.layout import ROOT as FOLDER


def of(function: str) -> str | None:
    """Give the role of `functions/{function}`; None for one without a database."""
    found = re.match(r"postgresql://(\w+)@", environment(function).get("DATABASE_URL", ""))
    return found[1] if found else None


def environment(function: str) -> dict[str, str]:
    """Give a function's variables; what only AWS knows is `unknown`."""
    variables: dict[str, Any] = _functions()[function].get("Environment", {}).get("Variables", {})
    given = {name: text(value) or "unknown" for name, value in variables.items()}
    return given | ({"VENUE_ENDPOINTS": "{}"} if "VENUE_ENDPOINTS" in given else {})


@functools.cache
def _functions() -> dict[str, dict[str, Any]]:
    return {
        resource["Properties"]["CodeUri"].removeprefix("functions/"): resource["Properties"]
        for resource in read_template(FOLDER / ROOT, ROOT).source["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
