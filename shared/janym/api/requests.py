"""Reading requests: bodies, queries and ids, each refused with the names of its bad fields."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, NoReturn, TypedDict, TypeVar, cast, get_args
from uuid import UUID

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from janym.api import refusals
from janym.api.problems import BodyTooLarge, MalformedBody, UnsupportedContentType
from janym.domain.errors import FieldError, Forbidden, InvalidInput
from janym.domain.ids import BotId, OrganizationId, UserId
from janym.domain.organization import Caller, Role
from janym.ports.unit_of_work import Page

MAX_BODY_BYTES = 256 * 1024
LARGEST_EXPONENT = 60
LARGEST_PAGE = 500
LARGEST_SHEET = 5_000

CALLER = "caller"
"""Under which name a resolver keeps who was let in, until it has answered."""

Model = TypeVar("Model", bound=BaseModel)


class Asked(BaseModel):
    """What a caller sends: unknown fields are refused with their names."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _fits_as_it_came(cls, values: Any) -> Any:
        """A text is measured as it was sent, before the spaces around it go."""
        if not isinstance(values, dict):
            return values
        sent = cast("dict[str, Any]", values)
        for name, longest in _longest(cls).items():
            text = sent.get(name)
            if isinstance(text, str) and len(text) > longest:
                raise InvalidInput(FieldError(field=name, reason=f"is longer than {longest}"))
        return sent


def _written_out(text: Any) -> Any:
    if isinstance(text, str) and not re.match(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:", text):
        raise ValueError("is no RFC 3339 time, 2026-11-21T12:00:00Z")
    return text


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
"""A time that somebody asks for, in RFC 3339 alone: `5` is no time."""

Pair = Annotated[str, Field(max_length=50, pattern=r"^[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$")]
"""As bots and orders have it: `ETH-USDT`."""


class WholeQuery(Asked):
    """As what a list comes."""

    format: Literal["json", "csv"] = "json"
    """CSV also comes to who accepts `text/csv`; the header `X-Next-Cursor` then has the cursor."""


class ListQuery(WholeQuery):
    """How many items of a list."""

    limit: Annotated[int, Field(ge=1, le=LARGEST_SHEET)] = 100
    """At most 500, as CSV at most 5000."""

    @field_validator("limit")
    @classmethod
    def _fits(cls, limit: int, info: ValidationInfo) -> int:
        if limit > LARGEST_PAGE and info.data.get("format") != "csv":
            raise ValueError(f"must be at most {LARGEST_PAGE}, or {LARGEST_SHEET} as CSV")
        return limit


@cache
def _longest(model: type[BaseModel]) -> dict[str, int]:
    """Give the greatest length of each field of text that has one."""
    found = {name: [*_lengths(field)] for name, field in model.model_fields.items()}
    return {name: lengths[0] for name, lengths in found.items() if lengths}


def _lengths(of: Any) -> Iterator[int]:
    for each in getattr(of, "metadata", None) or getattr(of, "__metadata__", ()):
        if (length := getattr(each, "max_length", None)) is not None:
            yield length
        yield from _lengths(each)
    for each in get_args(getattr(of, "annotation", None)):
        yield from _lengths(each)


class PageQuery(ListQuery):
    """Which part of a list."""

    cursor: Annotated[str, Field(min_length=1, max_length=500)] | None = None

    def page(self) -> Page:
        return Page(limit=self.limit, cursor=self.cursor)


def caller(app: APIGatewayHttpResolver) -> Caller:
    """Say who calls: as let in, or where nobody is asked to let in, as claimed.

    Raises:
        Forbidden: the token names no organization, or no role of ours in it.
    """
    context = cast("dict[str, Any]", app.context)  # pyright: ignore[reportUnknownMemberType]
    return cast("Caller | None", context.get(CALLER)) or claimed(app)


def claimed(app: APIGatewayHttpResolver) -> Caller:
    """Say who calls, from the claims that the JWT authorizer has checked.

    Raises:
        Forbidden: the token names no organization, or no role of ours in it.
    """
    claims = _part(authorizer(app, "jwt"), "claims")
    user, organization = claims.get("sub"), claims.get("org_id")
    if not user or not organization:
        raise Forbidden("your token names no organization: sign in to one")
    if claims.get("org_role") not in set(Role):
        roles = ", ".join(Role)
        raise Forbidden(f"your token's org_role must be one of {roles}")
    return Caller(
        user=UserId(str(user)),
        organization=OrganizationId(str(organization)),
        role=Role(str(claims["org_role"])),
        idempotency_key=(app.current_event.headers or {}).get("idempotency-key"),
        **origin(app),
    )


class Origin(TypedDict):
    """Which request it is and where it came from, for the audit log."""

    request_id: str
    address: str


def origin(app: APIGatewayHttpResolver) -> Origin:
    """Say which request this is, as the gateway does."""
    context = _part(app.current_event.raw_event, "requestContext")
    return Origin(
        request_id=str(context.get("requestId", "")),
        address=str(_part(context, "http").get("sourceIp", "")),
    )


def authorizer(app: APIGatewayHttpResolver, kind: str) -> dict[str, Any]:
    """Give what an authorizer, `jwt` or `iam`, found out; empty where it did not run."""
    context = _part(app.current_event.raw_event, "requestContext")
    return _part(_part(context, "authorizer"), kind)


def _part(of: dict[str, Any], name: str) -> dict[str, Any]:
    value = of.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def body(app: APIGatewayHttpResolver, model: type[Model]) -> Model:
    """Read the body.

    Raises:
        UnsupportedContentType: it is not JSON.
        BodyTooLarge: it is larger than 256 KiB.
        MalformedBody: it is no JSON object.
        InvalidInput: its fields are wrong.
    """
    text = raw_body(app)
    content_type = (app.current_event.headers or {}).get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedContentType("send JSON, with Content-Type: application/json")
    return _checked(model, _parsed(text))


def optional_body(app: APIGatewayHttpResolver, model: type[Model]) -> Model:
    """Read the body where there is one; without one every field has its default."""
    return body(app, model) if raw_body(app).strip() else _checked(model, {})


def raw_body(app: APIGatewayHttpResolver) -> str:
    """Give the body's text, which may be empty. Raises BodyTooLarge and MalformedBody."""
    try:
        text = app.current_event.decoded_body or ""
    except (UnicodeDecodeError, ValueError):
        raise MalformedBody("the body is not UTF-8 text") from None
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"the body is larger than {MAX_BODY_BYTES} bytes")
    return text


def _parsed(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text, parse_float=_decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError, ArithmeticError) as refused:
        raise MalformedBody(f"the body is not valid JSON: {refused}") from None
    if not isinstance(parsed, dict):
        raise MalformedBody("the body must be a JSON object")
    return cast("dict[str, Any]", parsed)


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if abs(value.adjusted()) > LARGEST_EXPONENT:
        raise ValueError(f"a number is out of range: more than {LARGEST_EXPONENT} digits")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _checked(model: type[Model], values: dict[str, Any]) -> Model:
    for path, text in _texts(values, ""):
        if "\0" in text or (not text.isprintable() and _unstorable(text)):
            raise InvalidInput(
                FieldError(field=path or "body", reason="holds a character that is not text")
            )
    try:
        return model.model_validate(values)
    except ValidationError as refused:
        raise refusals.invalid(refused) from None


def _unstorable(text: str) -> bool:
    """Tell whether a text has half a surrogate pair, which UTF-8 cannot write."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Walk through every text in a JSON value, names of fields included."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield path, name
            yield from _texts(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[Any]", value)):
            yield from _texts(inner, f"{path}.{index}")


def query(app: APIGatewayHttpResolver, model: type[Model]) -> Model:
    """Read the query string. Raises InvalidInput naming each bad parameter."""
    values: dict[str, Any] = dict(app.current_event.query_string_parameters or {})
    if issubclass(model, WholeQuery) and wants_sheet(app):
        values["format"] = "csv"
    return _checked(model, values)


def wants_sheet(app: APIGatewayHttpResolver) -> bool:
    """Tell whether a list is asked for as CSV: by `?format=csv`, else by what is accepted."""
    event = app.current_event
    asked = (event.query_string_parameters or {}).get("format")
    if asked is not None:
        return asked == "csv"
    kinds = (event.headers or {}).get("accept", "").lower()
    return "text/csv" in kinds and "application/json" not in kinds


def is_uuid(text: str) -> bool:
    """Tell an id of a path from another name."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def uuid_of(text: str, *, field: str) -> UUID:
    """Read an id of a path. Raises InvalidInput naming the field."""
    if not is_uuid(text):
        raise InvalidInput(FieldError(field=field, reason="is not a UUID"))
    return UUID(text)


def bot_of(text: str) -> BotId:
    """Read a bot's id of a path. Raises InvalidInput naming `bot_id`."""
    return BotId(uuid_of(text, field="bot_id"))


def number_of(text: str, *, field: str) -> int:
    """Read a count of a path, from 1 on. Raises InvalidInput naming the field."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:10]) < 2**31 and len(text) <= 10):
        raise InvalidInput(FieldError(field=field, reason="is not a number from 1 on"))
    return int(text)


def exact(value: Any) -> Any:
    """Write every decimal in a JSON value as a string, so that none passes through a float."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return {name: exact(inner) for name, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [exact(inner) for inner in cast("list[Any]", value)]
    return value
