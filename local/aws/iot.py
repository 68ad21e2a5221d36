"""IoT Core of one stack: data plane, control plane and rules, beside the broker.

`python -m local.aws.iot --stack FILE --port P`
"""

import sys

import aiohttp
from aiohttp import web

from local import clock
from local.aws import serving, template
from local.aws.iot_connections import IotConnections
from local.aws.iot_control import IotControl
from local.aws.iot_data import PAYLOAD_LIMIT, IotData
from local.aws.iot_delivery import Sender
from local.aws.iot_rules import Rules
from local.aws.mqtt_client import MqttClient, Unreachable
from local.aws.serving import Listener
from local.aws.stack import Arguments, Stack, arguments


def health(rules: Rules, *clients: MqttClient) -> web.Response:
    """200 while the broker is there."""
    up = all(client.connected for client in clients)
    body = {"status": "ok" if up else "no broker", "dropped": rules.dropped}
    return web.json_response(body, status=200 if up else 503)


def _client(stack: Stack, identity: str, arrived: "IotData | Rules") -> MqttClient:
    return MqttClient(
        identity=identity,
        pki=stack.path("pki"),
        host=stack.host("mqtt"),
        port=stack.port("mqtt"),
        persistent=identity == "iot-rules",
        arrived=arrived.arrived,
    )


async def main(given: Arguments) -> None:
    """Serve until stopped."""
    stack = given.stack
    cloud = template.read(given.template, stack)
    async with aiohttp.ClientSession() as session:
        sender = Sender(stack.address("sqs"), session)
        rules, data = Rules(cloud.rules, sender, clock.now), IotData(clock.now)
        control = IotControl(
            moto=stack.address("moto"),
            authority=stack.path("pki"),
            policies=cloud.policies,
            thing_types=list(cloud.thing_types),
            session=session,
            now=clock.now,
        )
        connections = IotConnections(
            authority=stack.path("pki"),
            host=stack.host("mqtt"),
            port=stack.port("mqtt"),
            now=clock.now,
        )
        engine = _client(stack, "iot-rules", rules)
        publisher = _client(stack, "iot-data", data)
        data.client = publisher
        try:
            await engine.start()
            for topic_filter in rules.filters():
                await engine.subscribe(topic_filter, retained=False)
            await publisher.start()
            await control.declare()
            app = _application(rules, data, engine, publisher)
            connections.routes(app)
            control.routes(app)
            async with serving.serving([Listener(app=app, port=given.port)]):
                await serving.until_stopped()
        except Unreachable as error:
            raise OSError(f"{stack.address('mqtt')}: {error}") from error
        finally:
            await rules.stop()
            await sender.stop()
            for client in (engine, publisher):
                await client.stop()


def _application(rules: Rules, data: IotData, *clients: MqttClient) -> web.Application:
    async def healthy(_request: web.Request) -> web.Response:
        return health(rules, *clients)

    app = web.Application(client_max_size=2 * PAYLOAD_LIMIT)
    app.router.add_get("/_health", healthy)
    data.routes(app)
    return app


if __name__ == "__main__":
    sys.exit(serving.run(main(arguments("iot"))))
