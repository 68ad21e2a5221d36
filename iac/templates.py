"""Reads template.yaml and its nested stacks into what CloudFormation gets, for the gate's rules."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml
from boto3.session import Session
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.utils.py27hash_fix import (
    to_py27_compatible_template,
    undo_mark_unicode_str_in_template,
)
from samtranslator.yaml_helper import (
    yaml_parse,  # pyright: ignore[reportUnknownVariableType] - its argument is untyped
)

Json = dict[str, Any]

ROOT = "template.yaml"
PREFIX = "janym"
CODE_FOLDERS = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
SAMPLE_VALUES = {
    "AWS::Partition": "aws",
    "AWS::Region": "ap-northeast-1",
    "AWS::AccountId": "123456789012",
    "AWS::URLSuffix": "amazonaws.com",
    "Prefix": PREFIX,
}
"""Stand-ins that make texts readable; the region is one with a long name, for size limits."""


class TemplateUnreadable(Exception):
    """A template is not YAML of CloudFormation, or SAM refuses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One stack."""

    name: str
    """Its path in the project."""
    source: Json
    """As written, with short forms such as `!Ref` spelled out."""
    resources: Mapping[str, Json]
    """As CloudFormation gets them: SAM's own types are translated."""

    def of_type(self, kind: str) -> Iterator[tuple[str, Json]]:
        """Logical id and properties of every resource of a type."""
        for name, resource in self.resources.items():
            if resource["Type"] == kind:
                yield name, resource.get("Properties", {})

    def properties(self, logical_id: str) -> Json:
        """Properties of one resource, empty when it is not of this stack."""
        return cast("Json", self.resources.get(logical_id, {}).get("Properties", {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What the rules look at."""

    folder: Path
    templates: Mapping[str, Template]
    actions: Mapping[str, Json]
    """AWS's table of IAM services: {service: {"Actions": {...}, "Resources": {...}}}."""

    @property
    def root(self) -> Template:
        return self.templates[ROOT]

    def nested(self) -> Iterator[tuple[str, Json, Template]]:
        """Logical id, parameters given, and template of every nested stack."""
        for name, properties in self.root.of_type("AWS::CloudFormation::Stack"):
            child = self.templates.get(str(properties["TemplateURL"]))
            if child is not None:
                yield name, properties.get("Parameters", {}), child

    def statements(self) -> Iterator[tuple[str, Json]]:
        """Where and what: every statement of every role's inline policies."""
        for template in self.templates.values():
            for name, properties in template.of_type("AWS::IAM::Role"):
                for statement in statements(properties):
                    yield f"{template.name}: {name}", statement


def read(folder: Path, *, actions: Mapping[str, Json]) -> Project:
    """Read `template.yaml` and `iac/*.yaml` under a folder.

    Raises TemplateUnreadable, naming the file.
    """
    files = [folder / ROOT, *sorted((folder / "iac").glob("*.yaml"))]
    templates = (read_template(file, str(file.relative_to(folder))) for file in files)
    return Project(folder=folder, templates={t.name: t for t in templates}, actions=actions)


def read_template(file: Path, name: str) -> Template:
    """Read one stack. Raises TemplateUnreadable, naming it."""
    try:
        # By way of JSON: anchors share one object, which SAM would change for all its users.
        source = cast("Json", json.loads(json.dumps(yaml_parse(file.read_text()))))
        resources = _translated(source) if "Transform" in source else source["Resources"]
    except (OSError, ValueError, KeyError, yaml.YAMLError) as error:
        raise TemplateUnreadable(f"{name}: {error}") from error
    except Exception as error:  # SAM's errors for a bad document share no narrower type
        raise TemplateUnreadable(f"{name}: SAM refuses it: {error}") from error
    return Template(name=name, source=source, resources=resources)


def statements(role: Json) -> Iterator[Json]:
    """Statements of a role's inline policies."""
    for policy in role.get("Policies", []):
        yield from as_list(policy["PolicyDocument"]["Statement"])


def as_list(value: Any) -> list[Any]:
    """A policy's single value may stand without its list."""
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def references(node: Any) -> Iterator[str]:
    """Logical ids and parameters that a piece of template names."""
    if isinstance(node, list):
        for item in cast("list[Any]", node):
            yield from references(item)
    elif isinstance(node, dict):
        for key, value in cast("Json", node).items():
            yield from _references(key, value)


def text(value: Any) -> str | None:
    """A literal or `Fn::Sub` with sample values filled in; None for what is known only in AWS."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or "Fn::Sub" not in value:
        return None
    given: Any = cast("Json", value)["Fn::Sub"]
    body = str(as_list(given)[0])
    filled = re.sub(r"\$\{(?!!)([\w:.]+)\}", lambda found: SAMPLE_VALUES.get(found[1], "x-1"), body)
    return filled.replace("${!", "${")


def _references(key: str, value: Any) -> Iterator[str]:
    if key in {"Ref", "Condition"} and isinstance(value, str):
        yield value
    elif key == "DependsOn":
        yield from as_list(value)
    elif key == "Fn::GetAtt":
        yield str(as_list(value)[0]).split(".", maxsplit=1)[0]
    elif key == "Fn::Sub":
        body, own = (value, cast("Json", {})) if isinstance(value, str) else (value[0], value[1])
        names = (found.split(".")[0] for found in re.findall(r"\$\{([\w.]+)\}", body))
        yield from (name for name in names if name not in own)
        yield from references(own)
    else:
        yield from references(value)


def _translated(source: Json) -> dict[str, Json]:
    document = cast("Json", json.loads(json.dumps(source)))
    for resource in document["Resources"].values():
        if folder := CODE_FOLDERS.get(resource["Type"]):
            resource["Properties"][folder] = "s3://bucket/key"  # SAM takes uploaded code only
    values = {"Prefix": PREFIX}
    to_py27_compatible_template(document, values)
    session = cast("Any", Session(region_name=SAMPLE_VALUES["AWS::Region"]))  # SAM asks for it
    translator = Translator(None, Parser(), boto_session=session)
    translated = translator.translate(
        document, parameter_values=values, get_managed_policy_map=dict
    )
    return cast("dict[str, Json]", undo_mark_unicode_str_in_template(translated)["Resources"])
