"""The one resolver behind every route, and how it answers."""

from collections.abc import Mapping
from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import BaseModel

from janym.api import problems
from janym.domain.errors import JanymError
from janym.telemetry import logger


def new_app() -> APIGatewayHttpResolver:
    """Make a resolver that answers every error as a problem."""
    app = APIGatewayHttpResolver()
    app.exception_handler(JanymError)(_refuse)
    app.exception_handler(Exception)(_fail)
    app.exception_handler(NotFoundError)(_no_route)
    return app


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


def respond(
    view: BaseModel,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Answer with a view."""
    return respond_text(view.model_dump_json(), status, headers=headers)


def respond_text(
    body: str, status: HTTPStatus, *, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """Answer with JSON that is written already."""
    return Response(
        status_code=status.value,
        content_type="application/json",
        body=body,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def nothing() -> Response[str]:
    """Answer that it is done and there is nothing to show."""
    return Response(status_code=HTTPStatus.NO_CONTENT.value)
