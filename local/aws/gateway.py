"""API Gateway, Lambda, EventBridge and its Scheduler of one stack, in one process.

`python -m local.aws.gateway --stack FILE --port P` serves the API of people with TLS on P, the
API of runs, the WebSocket API and the Lambda service on the ports that the stack file names.
"""

import ssl
import sys
from collections.abc import Awaitable, Callable

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Middleware

from local import clock
from local.aws import addresses, pages, serving, template
from local.aws.authorizers import Issued, Issuers
from local.aws.cloud import Api, Cloud
from local.aws.events import Bus
from local.aws.functions import Functions
from local.aws.http_api import HttpApi
from local.aws.intrinsics import TemplateUnsupported
from local.aws.lambda_api import LambdaApi
from local.aws.scheduler import Fired, Scheduler
from local.aws.serving import Listener
from local.aws.stack import Arguments, Stack, arguments
from local.aws.websocket_api import WebSocketApi


def task_credentials(
    stack: Stack, session: aiohttp.ClientSession
) -> Callable[[str], Awaitable[Issued | None]]:
    """Asks the task runner what it knows of an access key."""
    url = f"{stack.address('ecs')}/_credentials/keys/"
    headers = {"Authorization": f"Bearer {stack.internal_token()}"}

    async def lookup(access_key: str) -> Issued | None:
        if not access_key.isalnum():
            return None
        async with session.get(url + access_key, headers=headers) as answer:
            if answer.status == 404:
                return None
            answer.raise_for_status()
            return Issued(**await answer.json())

    return lookup


def sender(stack: Stack, session: aiohttp.ClientSession) -> Callable[[str, str], Awaitable[None]]:
    """Puts a text on one of the stack's queues."""
    url = stack.address("sqs")

    async def send(queue: str, body: str) -> None:
        message = {"QueueUrl": f"{url}/000000000000/{queue}", "MessageBody": body}
        headers = {
            "X-Amz-Target": "AmazonSQS.SendMessage",
            "Content-Type": "application/x-amz-json-1.0",
        }
        async with session.post(url, json=message, headers=headers) as answer:
            answer.raise_for_status()

    return send


def _listener(stack: Stack, name: str, app: web.Application, port: int) -> Listener:
    secure = stack.address(name).startswith("https:")
    return Listener(
        app=app, port=port, tls=serving.server_tls(stack.path("pki")) if secure else None
    )


def _pages(stack: Stack) -> Middleware:
    return pages.terminal(
        stack.path("terminal"),
        issuer=stack.address("issuer"),
        live=stack.address("live").replace("https:", "wss:", 1),
    )


def _one(apis: list[Api], what: str) -> Api | None:
    if len(apis) > 1:
        raise TemplateUnsupported(f"more than one {what}: {[api.logical_id for api in apis]}")
    return apis[0] if apis else None


async def main(given: Arguments) -> None:
    """Serve until stopped."""
    stack = given.stack
    cloud = template.read(given.template, stack)
    trust = ssl.create_default_context()
    if (stack.path("pki") / "ca.crt").exists():
        trust.load_verify_locations(stack.path("pki") / "ca.crt")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        functions = Functions(
            cloud.functions,
            variables=addresses.aws_environment(stack),
            logs=stack.path("logs"),
            now=clock.now,
            send=sender(stack, session),
        )
        listeners = _listeners(given, cloud, functions, session, Issuers(session, clock.now, trust))
        fired = Fired(stack.home / "data" / "gateway" / "fired.json")
        scheduler = Scheduler(cloud.schedules, functions, clock.now, fired)
        try:
            async with (
                serving.serving(listeners),
                serving.background(functions.sweep(), scheduler.run()),
            ):
                await serving.until_stopped()
        finally:
            await functions.stop()


def _listeners(
    given: Arguments,
    cloud: Cloud,
    functions: Functions,
    session: aiohttp.ClientSession,
    issuers: Issuers,
) -> list[Listener]:
    stack = given.stack
    lookup = task_credentials(stack, session)

    def application(api: Api) -> web.Application:
        made = HttpApi(api, functions=functions, issuers=issuers, lookup=lookup, now=clock.now)
        return made.application()

    lambda_api = LambdaApi(functions, Bus(cloud.event_rules, functions)).application()
    listeners = [_listener(stack, "lambda", lambda_api, stack.port("lambda"))]
    people = _one([api for api in cloud.apis if not api.for_tasks], "HTTP API of people")
    runs = _one([api for api in cloud.apis if api.for_tasks], "HTTP API of runs")
    if people is not None:
        app = application(people)
        app.middlewares.append(_pages(stack))
        listeners.append(_listener(stack, "gateway", app, given.port))
    if runs is not None:
        listeners.append(_listener(stack, "run_api", application(runs), stack.port("run_api")))
    for api in cloud.socket_apis:
        sockets = WebSocketApi(api, functions=functions, now=clock.now)
        for name, app in (
            ("live", sockets.application()),
            ("live_management", sockets.management()),
        ):
            listeners.append(_listener(stack, name, app, stack.port(name)))
    return listeners


if __name__ == "__main__":
    sys.exit(serving.run(main(arguments("gateway"))))
