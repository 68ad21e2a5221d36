"""Errors as RFC 9457 problems: the one table from an error to its HTTP status."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from janym.domain.errors import (
    Conflict,
    FieldError,
    Forbidden,
    InvalidInput,
    JanymError,
    KeyAccessDenied,
    NotFound,
    NotYet,
    Refused,
    TooManyRequests,
    Unavailable,
    VenueRefused,
)

CONTENT_TYPE = "application/problem+json"


class MalformedBody(Refused):
    """The body is not the JSON object that it should be."""

    code = "MALFORMED_BODY"


class UnsupportedContentType(Refused):
    """The body is in another format than JSON."""

    code = "UNSUPPORTED_CONTENT_TYPE"


class BodyTooLarge(Refused):
    """The body is larger than anything that makes sense here."""

    code = "BODY_TOO_LARGE"


STATUS: Mapping[type[JanymError], HTTPStatus] = {
    MalformedBody: HTTPStatus.BAD_REQUEST,
    Forbidden: HTTPStatus.FORBIDDEN,
    KeyAccessDenied: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedContentType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    VenueRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    NotYet: HTTPStatus.TOO_EARLY,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    JanymError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def status_of(error: JanymError) -> HTTPStatus:
    """Give the status of an error: its own, or that of the nearest kind above it."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def of(error: JanymError) -> Response[str]:
    """Answer with an error of ours."""
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, Unavailable) else None
    fields = error.errors if isinstance(error, InvalidInput) else ()
    return response(status_of(error), error.code, str(error), fields=fields, headers=headers)


def response(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    fields: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Answer with a problem; `code` is stable, `detail` is for people."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
    }
    if fields:
        body["errors"] = [{"field": each.field, "reason": each.reason} for each in fields]
    return Response(
        status_code=status.value,
        content_type=CONTENT_TYPE,
        body=json.dumps(body),
        headers=dict(headers or {}),
    )
