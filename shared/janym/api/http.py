"""The one resolver behind every route, and how it answers."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast, get_args

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from janym.api import problems, sheets
from janym.api.lists import ListView
from janym.api.requests import CALLER, claimed, wants_sheet
from janym.domain.errors import JanymError
from janym.domain.organization import Caller
from janym.telemetry import logger

GUARDED = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer tells a browser, unless it says otherwise itself: run none of this.
https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
"""


class Resolver(APIGatewayHttpResolver):
    """The resolver, with the headers that every answer carries."""

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer a request."""
        answer = super().resolve(event, context)
        answer["headers"] = GUARDED | answer.get("headers", {})
        return answer


def new_app(admit: Callable[[Caller], Caller] | None = None) -> APIGatewayHttpResolver:
    """Make a resolver that answers every error as a problem, and lists as CSV to who asks so.

    Args:
        admit: lets a request in, and gives its caller with the role that counts here. A function
            without it has nothing of any organization, or knows its callers otherwise.
    """
    app = Resolver()
    if admit is not None:
        app.use([_admission(admit)])  # pyright: ignore[reportUnknownMemberType] - as below
    app.use([_as_sheet])  # pyright: ignore[reportUnknownMemberType] - it names no body type
    app.exception_handler(JanymError)(_refuse)
    app.exception_handler(Exception)(_fail)
    app.exception_handler(NotFoundError)(_no_route)
    return app


def _admission(
    admit: Callable[[Caller], Caller],
) -> Callable[[APIGatewayHttpResolver, NextMiddleware], Response[str]]:
    def let_in(app: APIGatewayHttpResolver, following: NextMiddleware) -> Response[str]:
        app.context[CALLER] = admit(claimed(app))  # pyright: ignore[reportUnknownMemberType] - it names no types
        return cast("Response[str]", following(app))

    return let_in


def _refuse(error: JanymError) -> Response[str]:
    answer = problems.of(error)
    logger.info(
        "request refused",
        extra={"code": error.code, "status": answer.status_code, "kind": type(error).__name__},
    )
    return answer


def _fail(error: Exception) -> Response[str]:
    """Answer what nobody expected; the log has the trace, the caller only that it happened."""
    logger.error("request failed", exc_info=error)
    return problems.response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "INTERNAL",
        "something went wrong on our side; it has been logged under this request's id",
    )


def _no_route(_: Exception) -> Response[str]:
    return problems.response(HTTPStatus.NOT_FOUND, "NO_ROUTE", "there is no such route")


class Shown(Response[str]):
    """An answer that still knows what it shows."""

    view: BaseModel


def _as_sheet(app: APIGatewayHttpResolver, following: NextMiddleware) -> Response[str]:
    """Write a list as CSV where the caller asked for that."""
    answer = cast("Response[str]", following(app))
    if not isinstance(answer, Shown) or not wants_sheet(app):
        return answer
    rows = _rows(answer.view)
    if rows is None:
        return answer
    name = app.current_event.path.rsplit("/", 1)[-1]
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    cursor: str | None = getattr(answer.view, "next_cursor", None)
    if cursor is not None:
        headers[sheets.NEXT_CURSOR] = cursor
    return Response(
        status_code=answer.status_code,
        content_type=sheets.CONTENT_TYPE,
        body=rows,
        headers=_unstored(headers),
    )


def _rows(view: BaseModel) -> str | None:
    """Write a view that lists its items as CSV; None where it lists nothing."""
    if isinstance(view, ListView):
        listed = cast("ListView[BaseModel]", view)
        return sheets.written(listed.row, listed.items) if listed.row is not None else ""
    field = type(view).model_fields.get("items")
    if field is None:
        return None
    [row] = get_args(field.annotation)
    return sheets.written(row, view.__dict__["items"])


def respond(
    view: BaseModel,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Answer with a view."""
    shown = Shown(
        status_code=status.value,
        content_type="application/json",
        body=view.model_dump_json(),
        headers=_unstored(headers),
    )
    shown.view = view
    return shown


def respond_text(
    body: str, status: HTTPStatus, *, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """Answer with JSON that is written already."""
    return Response(
        status_code=status.value,
        content_type="application/json",
        body=body,
        headers=_unstored(headers),
    )


def _unstored(headers: Mapping[str, str] | None) -> dict[str, str | list[str]]:
    return {"Cache-Control": "no-store", **(headers or {})}


def nothing() -> Response[str]:
    """Answer that it is done and there is nothing to show."""
    return Response(status_code=HTTPStatus.NO_CONTENT.value)
