"""What stands under a model's fields in the code, as their descriptions in its schema.

Pydantic can do so itself, when the class is made: every cold start would read source files.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel

Json = dict[str, Any]


def described(schemas: dict[str, Json], models: Iterable[type[BaseModel]]) -> dict[str, Json]:
    """Add descriptions to the fields of these models and of those inside them; titles go."""
    known = {model.__name__: model for root in models for model in _with_inner(root)}
    for name, schema in schemas.items():
        texts = _texts(known[name]) if name in known else {}
        for field, of in schema.get("properties", {}).items():
            of.pop("title", None)
            if field in texts:
                of["description"] = texts[field]
        schema.pop("title", None)
    return schemas


def _with_inner(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            yield from _with_inner(inner)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _texts(model: type[BaseModel]) -> dict[str, str]:
    """Read the texts under the fields of a model and of those it derives from."""
    texts: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel and "[" not in each.__name__:
            texts |= _own_texts(each)
    return texts


def _own_texts(model: type[BaseModel]) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    definition = tree.body[0]
    if not isinstance(definition, ast.ClassDef):
        return {}
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in zip(definition.body, definition.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
