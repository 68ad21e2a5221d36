"""Reads template.yaml and the stacks it nests, and gives what they declare as typed objects."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

from samtranslator.yaml_helper import (
    yaml_parse,  # pyright: ignore[reportUnknownVariableType] - its argument is untyped
)

from local.aws import addresses
from local.aws.cloud import Cloud
from local.aws.declared import Reader
from local.aws.identities import LaptopIdentities
from local.aws.intrinsics import Scope, TemplateUnsupported
from local.aws.stack import Json, Stack
from local.aws.translation import translated

NESTED = "AWS::CloudFormation::Stack"
LOCAL_CODE: Mapping[str, tuple[str, str]] = {
    "AWS::Serverless::Function": ("CodeUri", "s3://laptop/"),
    "AWS::Serverless::LayerVersion": ("ContentUri", "s3://laptop/"),
}
"""Folders of code: the translator accepts only addresses of uploaded archives."""


def read(template: Path, stack: Stack) -> Cloud:
    """Everything the template declares for the laptop.

    Raises TemplateUnsupported, naming the logical id, for what the laptop cannot stand in for.
    """
    root, identities, code = resolved(template, stack)
    return Reader(stack=stack, root=root, identities=identities, code=code).read()


def resolved(template: Path, stack: Stack) -> tuple[Scope, LaptopIdentities, Mapping[str, Path]]:
    """The template's stacks with the laptop's names in them, and where each function's code is.

    Raises TemplateUnsupported.
    """
    source = _parse(template)
    code = _folders_of_code(source, template.parent)
    values = {name: give(stack) for name, give in _wanted(source).items()}
    identities = LaptopIdentities(stack)
    root = _scope(
        "janym",
        _translate(source, values, template, stack.home),
        {name: partial(_constant, value) for name, value in values.items()},
        identities,
        template.parent,
    )
    return root, identities, code


def _parse(file: Path) -> Json:
    try:
        body: Any = yaml_parse(file.read_text())
    except OSError as error:
        raise TemplateUnsupported(f"cannot read the template {file}: {error}") from error
    if not isinstance(body, dict) or "Resources" not in body:
        raise TemplateUnsupported(f"{file} holds no Resources")
    return cast("Json", body)


def _wanted(source: Json) -> dict[str, addresses.ParameterValue]:
    declared = source.get("Parameters", {})
    return {k: give for k, give in addresses.PARAMETERS.items() if k in declared}


def _folders_of_code(source: Json, folder: Path) -> dict[str, Path]:
    shared = source.get("Globals", {}).get("Function", {}).get("CodeUri")
    functions = (
        (name, resource.get("Properties", {}).get("CodeUri", shared))
        for name, resource in source["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    )
    return {name: (folder / str(uri)).resolve() for name, uri in functions}


def _translate(source: Json, values: Mapping[str, str], file: Path, home: Path) -> Json:
    if "Transform" not in source:
        return source
    body = cast("Json", json.loads(json.dumps(source)))
    for name, resource in body["Resources"].items():
        if resource["Type"] in LOCAL_CODE:
            key, prefix = LOCAL_CODE[resource["Type"]]
            resource.setdefault("Properties", {})[key] = prefix + name
    defaults = {
        name: str(declared["Default"])
        for name, declared in body.get("Parameters", {}).items()
        if "Default" in declared
    }
    try:
        return translated(body, {**defaults, **values}, home)
    except Exception as error:
        raise TemplateUnsupported(f"{file}: the SAM translator refuses it: {error}") from error


def _scope(
    name: str,
    body: Json,
    parameters: Mapping[str, Callable[[], Any]],
    identities: LaptopIdentities,
    folder: Path,
) -> Scope:
    children: dict[str, Scope] = {}
    scope = Scope(
        name=name, body=body, parameters=parameters, identities=identities, children=children
    )
    for logical_id, resource in scope.resources.items():
        if resource["Type"] != NESTED:
            continue
        properties = resource["Properties"]
        given = {
            key: partial(scope.resolve, value, logical_id)
            for key, value in properties.get("Parameters", {}).items()
        }
        child = _parse(folder / str(properties["TemplateURL"]))
        children[logical_id] = _scope(f"{name}-{logical_id}", child, given, identities, folder)
    return scope


def _constant(value: str) -> str:
    return value
