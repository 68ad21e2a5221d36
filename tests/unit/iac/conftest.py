"""The project's templates in a folder of their own, with handlers that answer their routes."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from iac.templates import Json, Project, read

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


@pytest.fixture(scope="session")
def functions() -> list[Json]:
    """Properties of the template's functions as written."""
    resources = read(ROOT, actions={}).root.source["Resources"].values()
    return [r["Properties"] for r in resources if r["Type"] == "AWS::Serverless::Function"]


@pytest.fixture
def folder(tmp_path: Path, functions: list[Json]) -> Path:
    (tmp_path / "iac").mkdir()
    shutil.copy(ROOT / "template.yaml", tmp_path)
    for file in (ROOT / "iac").glob("*.yaml"):
        shutil.copy(file, tmp_path / "iac")
    shutil.copytree(ROOT / "events", tmp_path / "events")
    for function in functions:
        handler = tmp_path / function["CodeUri"] / "handler.py"
        handler.parent.mkdir(parents=True)
        handler.write_text("\n".join(map(decorator, function.get("Events", {}).values())))
    return tmp_path


@pytest.fixture
def actions() -> Mapping[str, Json]:
    return ACTIONS


@pytest.fixture
def project(folder: Path) -> Project:
    return read(folder, actions=ACTIONS)


def decorator(event: Json) -> str:
    if event["Type"] != "HttpApi":
        return ""
    method = event["Properties"]["Method"].lower()
    path = event["Properties"]["Path"].replace("{", "<").replace("}", ">")
    return f'@app.{method}("{path}")\n'
