"""CloudFormation's intrinsic functions, resolved lazily over a tree of nested stacks."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

from local.aws.stack import Json
from local.environment import ACCOUNT, REGION

VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")
PSEUDO: Mapping[str, str] = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
LIST_TYPES = ("CommaDelimitedList", "List<")


class TemplateUnsupported(Exception):
    """The template needs something that the laptop does not have; it names the logical id."""


class NoValue:
    """`AWS::NoValue`: the property or list item that holds it is absent."""


NO_VALUE = NoValue()


class Identities(Protocol):
    """What `Ref` and `Fn::GetAtt` give for a resource."""

    def ref(self, scope: "Scope", logical_id: str) -> Any: ...

    def attribute(self, scope: "Scope", logical_id: str, name: str) -> Any: ...


class Scope:
    """One template body with its parameters: names resolve here."""

    def __init__(
        self,
        *,
        name: str,
        body: Json,
        parameters: Mapping[str, Callable[[], Any]],
        identities: Identities,
        children: Mapping[str, "Scope"],
    ) -> None:
        self.name = name
        self.resources = cast("Json", body.get("Resources", {}))
        self.children = children
        self._outputs = cast("Json", body.get("Outputs", {}))
        self._conditions = cast("Json", body.get("Conditions", {}))
        self._declared = cast("Json", body.get("Parameters", {}))
        self._mappings = cast("Json", body.get("Mappings", {}))
        self._given = parameters
        self._identities = identities

    def properties(self, logical_id: str) -> Json:
        """The unresolved properties of a resource."""
        return cast("Json", self.resources[logical_id].get("Properties", {}))

    def exists(self, logical_id: str) -> bool:
        """Whether the resource's condition holds."""
        condition = self.resources[logical_id].get("Condition")
        return condition is None or self.condition(condition, logical_id)

    def condition(self, name: str, at: str) -> bool:
        """The value of a named condition."""
        if name not in self._conditions:
            raise TemplateUnsupported(f"{self.name}/{at}: no condition {name!r}")
        return bool(self.resolve(self._conditions[name], at))

    def output(self, name: str, at: str) -> Any:
        """The value of an output of this template."""
        if name not in self._outputs:
            raise TemplateUnsupported(f"{at}: stack {self.name} has no output {name!r}")
        return self.resolve(self._outputs[name]["Value"], f"Outputs.{name}")

    def get(self, properties: Json, name: str, at: str, default: Any = None) -> Any:
        """One resolved property, or the default when it is absent."""
        if name not in properties:
            return default
        value = self.resolve(properties[name], at)
        return default if value is NO_VALUE else value

    def resolve(self, value: Any, at: str) -> Any:
        """The value with every intrinsic in it replaced; `at` names the resource in errors."""
        if isinstance(value, dict):
            mapping = cast("Json", value)
            if len(mapping) == 1:
                ((key, argument),) = mapping.items()
                if key in FUNCTIONS and (key != "Condition" or isinstance(argument, str)):
                    return FUNCTIONS[key](self, argument, at)
                if key.startswith("Fn::"):
                    raise TemplateUnsupported(f"{self.name}/{at}: {key} is not supported")
            pairs = ((k, self.resolve(v, at)) for k, v in mapping.items())
            return {k: v for k, v in pairs if v is not NO_VALUE}
        if isinstance(value, list):
            items = (self.resolve(item, at) for item in cast("list[Any]", value))
            return [item for item in items if item is not NO_VALUE]
        return value

    def ref(self, name: str, at: str) -> Any:
        """`Ref`: a pseudo parameter, a parameter or a resource."""
        if name in PSEUDO:
            return PSEUDO[name]
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in {"AWS::StackName", "AWS::StackId"}:
            return self.name
        if name in self._declared:
            return self._parameter(name, at)
        if name in self.resources:
            return self._identities.ref(self, name)
        raise TemplateUnsupported(f"{self.name}/{at}: Ref to unknown {name!r}")

    def attribute(self, logical_id: str, name: str, at: str) -> Any:
        """`Fn::GetAtt`, into nested stacks' outputs too."""
        if logical_id not in self.resources:
            raise TemplateUnsupported(f"{self.name}/{at}: GetAtt of unknown {logical_id!r}")
        if name.startswith("Outputs.") and logical_id in self.children:
            return self.children[logical_id].output(name.removeprefix("Outputs."), at)
        return self._identities.attribute(self, logical_id, name)

    def mapped(self, keys: list[str], at: str) -> Any:
        """`Fn::FindInMap`."""
        value: Any = self._mappings
        for key in keys:
            if key not in value:
                raise TemplateUnsupported(f"{self.name}/{at}: no mapping {'.'.join(keys)}")
            value = value[key]
        return value

    def _parameter(self, name: str, at: str) -> Any:
        declared = self._declared[name]
        if name in self._given:
            value = self._given[name]()
        elif "Default" in declared:
            value = declared["Default"]
        else:
            raise TemplateUnsupported(f"{self.name}/{at}: parameter {name} has no value here")
        if str(declared["Type"]).startswith(LIST_TYPES) and isinstance(value, str):
            return [item.strip() for item in value.split(",")] if value else []
        return value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_text(item) for item in cast("list[Any]", value))
    return str(value)


def _ref(scope: Scope, argument: Any, at: str) -> Any:
    return scope.ref(argument, at)


def _get_att(scope: Scope, argument: Any, at: str) -> Any:
    parts = cast("list[str]", argument.split(".", 1) if isinstance(argument, str) else argument)
    return scope.attribute(parts[0], ".".join(str(scope.resolve(p, at)) for p in parts[1:]), at)


def _sub(scope: Scope, argument: Any, at: str) -> str:
    text: str = argument if isinstance(argument, str) else argument[0]
    given: Json = {} if isinstance(argument, str) else argument[1]
    own = {k: _text(scope.resolve(v, at)) for k, v in given.items()}

    def one(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return "${" + name + "}"
        if name in own:
            return own[name]
        if "." in name:
            resource, _, attribute = name.partition(".")
            return _text(scope.attribute(resource, attribute, at))
        return _text(scope.ref(name, at))

    return VARIABLE.sub(one, text)


def _join(scope: Scope, argument: Any, at: str) -> str:
    separator, items = argument
    return cast("str", separator).join(_text(item) for item in scope.resolve(items, at))


def _if(scope: Scope, argument: Any, at: str) -> Any:
    name, yes, no = argument
    return scope.resolve(yes if scope.condition(name, at) else no, at)


def _equals(scope: Scope, argument: Any, at: str) -> bool:
    left, right = scope.resolve(argument, at)
    return _text(left) == _text(right)


def _select(scope: Scope, argument: Any, at: str) -> Any:
    index, items = argument[0], scope.resolve(argument[1], at)
    try:
        return items[int(scope.resolve(index, at))]
    except IndexError:
        raise TemplateUnsupported(f"{scope.name}/{at}: Fn::Select {index} of {items}") from None


def _split(scope: Scope, argument: Any, at: str) -> list[str]:
    return _text(scope.resolve(argument[1], at)).split(argument[0])


def _find_in_map(scope: Scope, argument: Any, at: str) -> Any:
    return scope.mapped([str(key) for key in scope.resolve(argument, at)], at)


FUNCTIONS: Mapping[str, Callable[[Scope, Any, str], Any]] = {
    "Ref": _ref,
    "Condition": lambda scope, name, at: scope.condition(name, at),
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::If": _if,
    "Fn::Equals": _equals,
    "Fn::Not": lambda scope, argument, at: not scope.resolve(argument[0], at),
    "Fn::And": lambda scope, argument, at: all(scope.resolve(argument, at)),
    "Fn::Or": lambda scope, argument, at: any(scope.resolve(argument, at)),
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
}
