"""IAM's decision over one role's statements: actions, resources and conditions, a deny first.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from iac.templates import as_list

Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What IAM is asked when AWS is called: each resource has to be allowed by itself."""

    role: str
    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict[str, str])

    def __str__(self) -> str:
        return f"{self.role}: {self.action} on {self.resource} {dict(self.context)}"


def allows(statements: Iterable[Statement], call: Call) -> bool:
    """Decide: a deny that fits wins, then an allow that fits, else no."""
    fitting = {str(each["Effect"]) for each in statements if fits(each, call)}
    return "Deny" not in fitting and "Allow" in fitting


def fits(statement: Statement, call: Call) -> bool:
    """Tell whether a statement speaks of a call."""
    return (
        _names(statement, call.action)
        and any(like(resource, call.resource) for resource in as_list(statement["Resource"]))
        and all(
            _holds(operator, wanted, call.context)
            for operator, wanted in statement.get("Condition", {}).items()
        )
    )


def _names(statement: Statement, action: str) -> bool:
    if "NotAction" in statement:
        return not any(like(each, action, fold=True) for each in as_list(statement["NotAction"]))
    return any(like(each, action, fold=True) for each in as_list(statement["Action"]))


def like(pattern: str, text: str, *, fold: bool = False) -> bool:
    """Match with `*` and `?` as IAM has them; actions are the same in either case."""
    shape = "".join({"*": ".*", "?": "."}.get(mark, re.escape(mark)) for mark in pattern)
    return re.fullmatch(shape, text, re.IGNORECASE if fold else 0) is not None


def _holds(operator: str, wanted: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    """A key that the call does not bring makes a condition fail."""
    return all(
        name in context and any(_OPERATORS[operator](value, context[name]) for value in as_list(of))
        for name, of in wanted.items()
    )


def _same(wanted: str, given: str) -> bool:
    return str(wanted) == given


def _truth(wanted: str, given: str) -> bool:
    return str(wanted).lower() == given.lower()


_OPERATORS = {
    "StringEquals": _same,
    "StringLike": like,
    "ArnEquals": like,
    "ArnLike": like,
    "Bool": _truth,
}
