"""The project's templates in a folder of their own, beside handlers that fit them."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from iac.templates import Json, Project, read, read_template

ROOT = Path(__file__).parents[3]
ACTIONS: Mapping[str, Json] = {
    "ecs": {
        "Actions": {
            "runtask": {"Resources": ["task-definition"]},
            "listtasks": {"Resources": ["container-instance"]},
            "describetasks": {"Resources": ["task"]},
            "stoptask": {"Resources": ["task"]},
            "tagresource": {"Resources": ["task"]},
        },
        "Resources": {
            "task": {"ARNFormats": ["arn:${Partition}:ecs:${Region}:${Account}:task/.*"]},
            "task-definition": {
                "ARNFormats": ["arn:${Partition}:ecs:${Region}:${Account}:task-definition/.*"]
            },
        },
    },
    "rds-db": {"Actions": {"connect": {"Resources": ["db-user"]}}, "Resources": {}},
}
"""A piece of AWS's table in the form that cfn-lint stores."""

LATER_ROUTES = re.compile(
    r"^(( +)\w+: \{Type: HttpApi,.*\n)(?:\2\w+: \{Type: HttpApi,.*\n)+", re.MULTILINE
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not to be written to: all tests look at it."""
    return arrange(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def project(folder: Path) -> Project:
    return read(folder, actions=ACTIONS)


@pytest.fixture(scope="session")
def sparse(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The same with one route for each function: SAM takes a second to translate them all."""
    whole = (ROOT / "template.yaml").read_text()
    folder = arrange(tmp_path_factory.mktemp("sparse"), LATER_ROUTES.sub(r"\1", whole))
    return read(folder, actions=ACTIONS)


def arrange(folder: Path, root: str | None = None) -> Path:
    (folder / "iac").mkdir()
    (folder / "template.yaml").write_text(root or (ROOT / "template.yaml").read_text())
    for file in (ROOT / "iac").glob("*.yaml"):
        shutil.copy(file, folder / "iac")
    shutil.copytree(ROOT / "events", folder / "events")
    source = read_template(folder / "template.yaml", "template.yaml").source
    for resource in source["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            answer(folder / resource["Properties"]["CodeUri"], resource["Properties"])
    return folder


def answer(folder: Path, function: Json) -> None:
    """Write a handler that has a function's routes and reads its variables."""
    folder.mkdir(parents=True)
    routes = map(decorator, function.get("Events", {}).values())
    variables = function.get("Environment", {}).get("Variables", {})
    read = (f"wiring.settings().{name.lower()}" for name in variables)
    lets_in = ["wiring.admit"] if "postgresql://app@" in json.dumps(variables) else []
    (folder / "handler.py").write_text("\n".join([*lets_in, *routes, *read]))


def decorator(event: Json) -> str:
    if event["Type"] != "HttpApi":
        return ""
    method = event["Properties"]["Method"].lower()
    path = event["Properties"]["Path"].replace("{", "<").replace("}", ">")
    return f'@app.{method}("{path}")\n'
