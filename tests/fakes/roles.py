"""The database role of each function, as the template gives it."""

import functools
import re

from iac.templates import ROOT, read_template, text
from local.layout import ROOT as FOLDER


def of(function: str) -> str | None:
    """Give the role of `functions/{function}`; None for one without a database."""
    return _roles()[function]


@functools.cache
def _roles() -> dict[str, str | None]:
    template = read_template(FOLDER / ROOT, ROOT)
    return {
        resource["Properties"]["CodeUri"].removeprefix("functions/"): _role(
            text(
                resource["Properties"]
                .get("Environment", {})
                .get("Variables", {})
                .get("DATABASE_URL")
            )
        )
        for resource in template.source["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def _role(url: str | None) -> str | None:
    found = re.match(r"postgresql://(\w+)@", url or "")
    return found[1] if found else None
