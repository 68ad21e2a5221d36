"""SQS and the event source mappings of one stack, in one process.

`python -m local.aws.sqs --stack FILE --port P`
"""

import sys
from collections.abc import Awaitable, Callable

import aiohttp

from local import clock
from local.aws import serving, template
from local.aws.cloud import Cloud
from local.aws.serving import Listener
from local.aws.sqs_api import SqsApi
from local.aws.sqs_pollers import InvocationFailed, Poller
from local.aws.sqs_queues import Queues
from local.aws.sqs_store import Store
from local.aws.stack import Arguments, arguments

SPARE_SECONDS = 60
"""What an invocation may take beyond the function's timeout: its cold start."""


def invoker(
    cloud: Cloud, url: str, session: aiohttp.ClientSession
) -> Callable[[str, bytes], Awaitable[bytes]]:
    """Calls functions through the stack's Lambda service."""

    async def invoke(name: str, event: bytes) -> bytes:
        seconds = cloud.functions[name].timeout + SPARE_SECONDS
        try:
            async with session.post(
                f"{url}/2015-03-31/functions/{name}/invocations",
                data=event,
                timeout=aiohttp.ClientTimeout(total=seconds),
            ) as answer:
                payload = await answer.read()
                failed = answer.status != 200 or "X-Amz-Function-Error" in answer.headers
        except (aiohttp.ClientError, TimeoutError) as error:
            raise InvocationFailed(f"Lambda cannot be reached: {error!r}") from error
        if failed:
            raise InvocationFailed(payload[:500].decode(errors="replace"))
        return payload

    return invoke


async def main(given: Arguments) -> None:
    """Serve until stopped."""
    stack = given.stack
    cloud = template.read(given.template, stack)
    folder = stack.home / "data" / "sqs"
    store = Store(folder / "messages.db", clock.now)
    queues = Queues(store, cloud.queues, folder / "queues.json", stack.address("sqs"))
    async with aiohttp.ClientSession() as session:
        invoke = invoker(cloud, stack.address("lambda"), session)
        pollers = [
            Poller(mapping, queues, cloud.functions[mapping.function], invoke).run()
            for mapping in cloud.mappings
        ]
        listener = Listener(app=SqsApi(queues).application(), port=given.port)
        async with (
            serving.serving([listener]),
            serving.background(queues.expire(), *pollers),
        ):
            await serving.until_stopped()
    store.close()


if __name__ == "__main__":
    sys.exit(serving.run(main(arguments("sqs"))))
