"""EventBridge on the laptop: events that fit a rule's pattern go to its functions."""

import json
from collections.abc import Sequence
from typing import Any, cast

from local.aws.cloud import EventRule
from local.aws.functions import Functions
from local.aws.intrinsics import TemplateUnsupported
from local.aws.stack import Json

MATCHERS = frozenset({"prefix", "suffix", "exists", "anything-but", "equals-ignore-case"})


class Bus:
    """The default event bus."""

    def __init__(self, rules: Sequence[EventRule], functions: Functions) -> None:
        for rule in rules:
            _check(rule.pattern, rule.name)
        self._rules = rules
        self._functions = functions

    async def put(self, event: Json) -> int:
        """Hand an event to every function whose rule fits; gives how many there were.

        Returns when each function has answered or the event went to its failure queue, so a
        sender that repeats until it hears this loses nothing.
        """
        names = [
            name for rule in self._rules if matches(rule.pattern, event) for name in rule.functions
        ]
        body = json.dumps(event).encode()
        for name in names:
            await self._functions.deliver(name, body)
        return len(names)


def matches(pattern: Any, event: Any) -> bool:
    """Whether an event fits an EventBridge pattern."""
    if not isinstance(event, dict):
        return False
    return all(_field(wanted, event, key) for key, wanted in cast("Json", pattern).items())


def _field(wanted: Any, event: Any, key: str) -> bool:
    value = cast("Json", event).get(key)
    if isinstance(wanted, dict):
        return matches(wanted, value)
    there = key in event
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    return any(_one(test, item, there=there) for test in wanted for item in values)


def _one(test: Any, value: Any, *, there: bool) -> bool:
    if not isinstance(test, dict):
        return there and bool(test == value)
    ((matcher, argument),) = cast("Json", test).items()
    if matcher == "exists":
        return there is bool(argument)
    if matcher == "anything-but":
        refused = cast("list[Any]", argument) if isinstance(argument, list) else [argument]
        return there and value not in refused
    text = isinstance(value, str)
    if matcher == "prefix":
        return text and value.startswith(argument)
    if matcher == "suffix":
        return text and value.endswith(argument)
    return text and value.lower() == str(argument).lower()


def _check(pattern: Any, rule: str) -> None:
    """Refuse, at start, a pattern that would never fit because it is not understood."""
    for wanted in cast("Json", pattern).values():
        if isinstance(wanted, dict):
            _check(wanted, rule)
            continue
        for test in cast("list[Any]", wanted):
            if isinstance(test, dict) and not set(cast("Json", test)) <= MATCHERS:
                raise TemplateUnsupported(f"{rule}: event pattern {test} is not supported")
