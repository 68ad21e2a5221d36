"""IoT SQL as far as the template uses it: parsed when the stack starts, evaluated per message.

SELECT takes `encode(*, 'base64')`, `topic()`, `topic(n)`, `clientid()`, `timestamp()` and literals,
each with AS; WHERE takes `=`, `<>`, IN, AND, OR, NOT over the same. Anything else is refused with
its name, because a rule that the laptop reads otherwise than AWS would lie.

Undefined follows AWS: what is not there compares with nothing (every comparison is false), a NOT of
Undefined is Undefined, and an Undefined column is left out.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KEYWORDS = frozenset({"select", "from", "where", "as", "and", "or", "not", "in", "true", "false"})
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|'(?P<text>(?:[^']|'')*)'"
    r"|(?P<symbol><>|!=|<=|>=|\|\||[-+*/%=<>(),.\[\]{}])|(?P<word>[A-Za-z_$][\w$]*)|(?P<bad>\S))"
)
BASIC_INGEST = "$aws/rules/"


class SqlUnsupported(Exception):
    """The statement is malformed, or uses what the laptop's IoT SQL does not have."""


class Undefined:
    """The value of what is not there."""


UNDEFINED = Undefined()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message as a rule sees it: Basic Ingest's prefix is not part of the topic."""

    topic: str
    payload: bytes
    client_id: str
    at_ms: int


Value = str | int | float | bool | list[Any] | Undefined
Expression = Callable[[Received], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A parsed rule."""

    columns: Sequence[tuple[str, Expression]]
    topic_filter: str
    where: Expression | None

    def evaluate(self, message: Received) -> dict[str, Any] | None:
        """The rule's result; None when its WHERE is not true."""
        if self.where is not None and self.where(message) is not True:
            return None
        pairs = ((name, expression(message)) for name, expression in self.columns)
        return {name: value for name, value in pairs if not isinstance(value, Undefined)}


def parse(sql: str) -> Statement:
    """Read a statement. Raises SqlUnsupported."""
    return _Parser(sql).statement()


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a topic fits an MQTT filter. `$…` topics are not for leading wildcards."""
    asked, given = topic_filter.split("/"), topic.split("/")
    if topic.startswith("$") and asked[0] in {"#", "+"}:
        return False
    for index, level in enumerate(asked):
        if level == "#":
            return True
        if index >= len(given) or level not in {"+", given[index]}:
            return False
    return len(asked) == len(given)


def unprefixed(topic: str) -> tuple[str | None, str]:
    """The rule that a Basic Ingest topic names, if it is one, and the topic that counts."""
    if not topic.startswith(BASIC_INGEST):
        return None, topic
    rule, _, rest = topic.removeprefix(BASIC_INGEST).partition("/")
    return rule, rest


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(sql: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in TOKEN.finditer(sql.strip()):
        kind, text = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "bad":
            raise SqlUnsupported(f"IoT SQL: unexpected {text!r}")
        if kind == "word" and text.lower() in KEYWORDS:
            kind, text = "keyword", text.lower()
        tokens.append(_Token(kind, text.replace("''", "'") if kind == "text" else text))
    return [*tokens, _Token("end", "the end")]


class _Parser:
    def __init__(self, sql: str) -> None:
        self._tokens = _tokens(sql)
        self._at = 0

    def statement(self) -> Statement:
        self._expect("select")
        columns = [self._column()]
        while self._take(","):
            columns.append(self._column())
        self._expect("from")
        source = self._next()
        if source.kind != "text":
            raise SqlUnsupported(f"IoT SQL: FROM needs a quoted topic filter, not {source.text}")
        where = self._or() if self._take("where") else None
        rest = self._next()
        if rest.kind != "end":
            raise SqlUnsupported(f"IoT SQL: {rest.text} is not supported here")
        return Statement(columns=columns, topic_filter=source.text, where=where)

    def _column(self) -> tuple[str, Expression]:
        expression = self._operand()
        self._expect("as")
        name = self._next()
        if name.kind != "word":
            raise SqlUnsupported(f"IoT SQL: {name.text} is no column name")
        return name.text, expression

    def _or(self) -> Expression:
        terms = [self._and()]
        while self._take("or"):
            terms.append(self._and())
        return terms[0] if len(terms) == 1 else lambda m: any(t(m) is True for t in terms)

    def _and(self) -> Expression:
        terms = [self._not()]
        while self._take("and"):
            terms.append(self._not())
        return terms[0] if len(terms) == 1 else lambda m: all(t(m) is True for t in terms)

    def _not(self) -> Expression:
        if not self._take("not"):
            return self._comparison()
        term = self._not()

        def negated(message: Received) -> Value:
            value = term(message)
            return not value if isinstance(value, bool) else UNDEFINED

        return negated

    def _comparison(self) -> Expression:
        left = self._operand()
        if self._take("="):
            right = self._operand()
            return lambda m: _same(left(m), right(m))
        if self._take("<>") or self._take("!="):
            right = self._operand()
            return lambda m: _different(left(m), right(m))
        if self._take("in"):
            items = self._list()
            return lambda m: any(_same(left(m), item(m)) for item in items)
        return left

    def _list(self) -> list[Expression]:
        self._expect("[")
        items = [self._operand()]
        while self._take(","):
            items.append(self._operand())
        self._expect("]")
        return items

    def _operand(self) -> Expression:
        token = self._next()
        literal = _literal(token)
        if literal is not None:
            return lambda _message: literal
        if token.text == "(":
            inner = self._or()
            self._expect(")")
            return inner
        if token.kind == "word" and self._take("("):
            return self._function(token.text.lower())
        raise SqlUnsupported(f"IoT SQL: {token.text} is not supported on the laptop")

    def _function(self, name: str) -> Expression:
        arguments: list[_Token] = []
        while not (closed := self._take(")")):
            arguments.append(self._next())
            if not self._take(","):
                closed = self._take(")")
                break
        build = FUNCTIONS.get((name, tuple(argument.kind for argument in arguments)))
        if build is None or not closed:
            raise SqlUnsupported(f"IoT SQL: {name}() is not supported on the laptop like this")
        return build([argument.text for argument in arguments])

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _take(self, text: str) -> bool:
        token = self._tokens[self._at]
        if token.kind in {"symbol", "keyword"} and token.text == text:
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._take(text):
            found = self._tokens[self._at].text
            raise SqlUnsupported(f"IoT SQL: expected {text.upper()}, found {found}")


def _literal(token: _Token) -> str | int | float | bool | None:
    if token.kind == "text":
        return token.text
    if token.kind == "number":
        return float(token.text) if "." in token.text else int(token.text)
    if token.kind == "keyword" and token.text in {"true", "false"}:
        return token.text == "true"
    return None


def _same(left: Value, right: Value) -> bool:
    if isinstance(left, Undefined) or isinstance(right, Undefined):
        return False
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _different(left: Value, right: Value) -> bool:
    if isinstance(left, Undefined) or isinstance(right, Undefined):
        return False
    return not _same(left, right)


def _encode(arguments: Sequence[str]) -> Expression:
    if arguments != ["*", "base64"]:
        raise SqlUnsupported("IoT SQL: encode() takes (*, 'base64') on the laptop")
    return lambda message: base64.b64encode(message.payload).decode()


def _level(arguments: Sequence[str]) -> Expression:
    index = int(arguments[0]) - 1

    def level(message: Received) -> Value:
        levels = message.topic.split("/")
        return levels[index] if 0 <= index < len(levels) else UNDEFINED

    return level


FUNCTIONS: Mapping[tuple[str, tuple[str, ...]], Callable[[Sequence[str]], Expression]] = {
    ("encode", ("symbol", "text")): _encode,
    ("topic", ()): lambda _: lambda message: message.topic,
    ("topic", ("number",)): _level,
    ("clientid", ()): lambda _: lambda message: message.client_id,
    ("timestamp", ()): lambda _: lambda message: message.at_ms,
}
"""Functions by name and kinds of arguments."""
