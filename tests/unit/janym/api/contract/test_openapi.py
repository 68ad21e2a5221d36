"""The published OpenAPI is that of the code, valid, and has an example of everything."""

from collections.abc import Iterator
from typing import Any, cast

import jsonschema
import openapi_spec_validator
import pytest

from janym.api.contract import declared, openapi
from janym.api.contract.route import Route
from tests.fakes.published import DOCUMENT

Json = dict[str, Any]
CALLS = declared.every()
RESOLVED = {"components": DOCUMENT["components"]}


def without_examples(node: Any) -> Any:
    if isinstance(node, list):
        return [without_examples(each) for each in cast("list[Any]", node)]
    if isinstance(node, dict):
        found = cast("Json", node).items()
        return {name: without_examples(each) for name, each in found if name != "example"}
    return node


def operation(route: Route) -> Json:
    return DOCUMENT["paths"][route.path][route.method.lower()]


def shown(route: Route) -> Iterator[tuple[str, Any, Json]]:
    """Give name, example and schema of whatever JSON a route takes and gives."""
    found = operation(route)
    for parameter in found.get("parameters", []):
        if "example" in parameter:
            yield parameter["name"], parameter["example"], parameter["schema"]
    bodies = {
        "the body": found.get("requestBody", {}),
        "the answer": found["responses"][str(route.status.value)],
    }
    for name, body in bodies.items():
        if content := body.get("content", {}).get("application/json"):
            yield name, content.get("example"), content["schema"]


def test_the_document_is_that_of_the_code() -> None:
    """S0-186: `make docs` writes it again."""
    assert without_examples(DOCUMENT) == openapi.document({}), "run `make docs`"


def test_the_document_is_openapi() -> None:
    """S0-186."""
    assert DOCUMENT["openapi"] == "3.1.0"
    openapi_spec_validator.validate(DOCUMENT)


@pytest.mark.parametrize("route", CALLS, ids=lambda route: route.call)
def test_every_example_fits_its_schema(route: Route) -> None:
    """S0-186."""
    examples = list(shown(route))

    assert {"the body"} <= {name for name, _, _ in examples} or route.body is None
    assert {"the answer"} <= {name for name, _, _ in examples} or route.answer is None
    for name, example, schema in examples:
        assert example is not None, f"{route.call}: no example of {name}: run `make docs`"
        jsonschema.validate(
            example,
            RESOLVED | schema,
            cls=jsonschema.Draft202012Validator,
            format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
        )


@pytest.mark.parametrize("route", CALLS, ids=lambda route: route.call)
def test_a_list_is_shown_with_something_in_it(route: Route) -> None:
    """S0-186: an empty list teaches nobody what stands in one."""
    for name, example, _ in shown(route):
        if name == "the answer" and "items" in example:
            assert example["items"], (
                f"{route.call}: its example is empty: set something up in tests/fakes/scene.py"
            )
