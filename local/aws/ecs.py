"""ECS of one stack: tasks as real processes. `python -m local.aws.ecs --stack FILE --port P`."""

import asyncio
import sys
from datetime import timedelta

import aiohttp
from aiohttp import web

from local import clock
from local.aws import addresses, ecs_process, serving, template
from local.aws.ecs_api import EcsApi
from local.aws.ecs_journal import Journal
from local.aws.ecs_outbox import Outbox
from local.aws.ecs_runner import Room, Runner
from local.aws.ecs_services import Services
from local.aws.serving import Listener
from local.aws.stack import Arguments, Stack, arguments

MEMORY_CHECK_SECONDS = 1.0


def room(stack: Stack, port: int) -> Room:
    """What the stack gives its tasks."""
    return Room(
        work=stack.path("work"),
        logs=stack.path("logs") / "tasks",
        credentials_url=f"http://127.0.0.1:{port}/_credentials/tasks",
        variables={
            **addresses.aws_environment(stack),
            "ENGINE_PYTHON": str(stack.path("engine_python")),
        },
    )


def expiry(seconds: int) -> str:
    """The moment so many seconds from now, as credentials say it."""
    return (clock.now() + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def _forget(runner: Runner) -> None:
    while True:
        runner.forget()
        await asyncio.sleep(60)


async def _check_memory(runner: Runner) -> None:
    while True:
        runner.check_memory()
        await asyncio.sleep(MEMORY_CHECK_SECONDS)


async def main(given: Arguments) -> None:
    """Serve until stopped; then end every task."""
    stack = given.stack
    cloud = template.read(given.template, stack)
    ecs_process.adopt_orphans()
    journal = Journal(stack.home / "data" / "ecs" / "journal.db")
    async with aiohttp.ClientSession() as session:
        outbox = Outbox(journal, stack.address("lambda"), session)
        runner = Runner(
            cloud.tasks,
            journal=journal,
            room=room(stack, given.port),
            now=clock.now,
            changed=outbox.changed,
        )
        api = EcsApi(
            runner, cloud.tasks, internal_token=stack.internal_token(), expiry=expiry
        ).application()
        services = Services(cloud.services, cloud.tasks, runner)

        async def describe_services(_: web.Request) -> web.Response:
            return web.json_response(services.described())

        api.router.add_get("/_services", describe_services)
        runner.recover()
        async with serving.serving([Listener(app=api, port=given.port)]):
            async with serving.background(
                outbox.run(), services.run(), _forget(runner), _check_memory(runner)
            ):
                await serving.until_stopped()
            # From here on nobody hears that a task ended, who would have another one started.
            await runner.shut_down()
    journal.close()


if __name__ == "__main__":
    sys.exit(serving.run(main(arguments("ecs"))))
