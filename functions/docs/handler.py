"""What the API is, for machines and for people. Both are written in `janym.api.contract`."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym.api import openapi
from janym.api.http import new_app, respond_text
from janym.api.openapi_page import CONTENT_SECURITY_POLICY, page
from janym.telemetry import logger

app = new_app()
CACHED = {"Cache-Control": "public, max-age=300"}


@app.get("/openapi.json")
def for_machines() -> Response[str]:
    return respond_text(openapi.text(), HTTPStatus.OK, headers=CACHED)


@app.get("/docs")
def for_people() -> Response[str]:
    return Response(
        status_code=HTTPStatus.OK.value,
        content_type="text/html; charset=utf-8",
        body=page(openapi.text()),
        headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY, **CACHED},
    )


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
