"""Integrators read their organization's events at a real broker, and nothing else (DESIGN §4)."""

import pytest
from awscrt.exceptions import AwsCrtError

from janym.api.broadcasts import FillEvent, OrderEvent, Resync, StatusEvent
from janym.domain.bot import BotStatus
from tests.integration.db.builders import ACME, OTHER, fill, order, status
from tests.integration.integrators.conftest import OURS, THEIRS, Outside
from tests.integration.local_aws.stacks import eventually

EVERYTHING = f"live/{ACME}/#"
MODELS = {"status": StatusEvent, "order": OrderEvent, "fill": FillEvent}
TOPICS = f"live/{ACME}/bots/{OURS.id}"


def test_an_integrator_hears_what_was_accepted(outside: Outside) -> None:
    """Status, order and execution, each on its topic, under the number that sockets give it."""
    reader = outside.read(outside.let_in(), EVERYTHING)
    outside.hear(status(OURS, 1, BotStatus.RUNNING))
    outside.hear(order(OURS, 2, "o1"), fill(OURS, 3, "t1", "o1"))
    outside.push()
    heard = reader.hear(3)

    assert [topic for topic, _ in heard[:1]] == [f"{TOPICS}/status"]
    assert {topic for topic, _ in heard} == {
        f"{TOPICS}/{kind}" for kind in ("status", "order", "fill")
    }
    for topic, told in heard:
        MODELS[topic.rpartition("/")[2]].model_validate(told, extra="forbid")
    ids = [message["id"] for _, message in heard]
    assert ids == sorted(set(ids)), "one bot's events come in their order"
    assert {message["data"]["bot_id"] for _, message in heard} == {str(OURS.id)}
    [fills] = [message["data"] for topic, message in heard if topic.endswith("fill")]
    assert isinstance(fills["price"], str), "money is text"


def test_another_organization_reads_nothing_of_it(outside: Outside) -> None:
    """S0-141 at the broker: whatever a stranger subscribes to, its own events are all it gets."""
    ours, stranger = outside.let_in(), outside.let_in(OTHER)
    reader = outside.read(ours, EVERYTHING)
    intruder = outside.read(
        stranger, EVERYTHING, f"{TOPICS}/+", "live/+/#", "#", "hbot/#", f"live/{OTHER}/#"
    )
    outside.hear(order(OURS, 11, "secret"))
    outside.hear(order(THEIRS, 11, "theirs"))
    outside.push()

    assert reader.hear()[0][1]["data"]["client_order_id"] == "secret"
    assert intruder.hear()[0][0] == f"live/{OTHER}/bots/{THEIRS.id}/order"
    assert intruder.received.empty()
    assert reader.received.empty()


def test_an_integrator_publishes_nothing(outside: Outside) -> None:
    """Not even under its own name, where a bot of that name might."""
    forger = outside.let_in()
    sender, end = outside.read(forger), f"hbot/{OURS.id}/ack"
    foreign = [
        f"{TOPICS}/order",
        f"live/{ACME}/anything",
        f"live/{OTHER}/bots/{THEIRS.id}/order",
        f"hbot/{OURS.id}/stop",
        f"hbot/{forger.client_id}/status",
        f"$aws/rules/janym_telemetry/hbot/{forger.client_id}/logs/info",
    ]
    with outside.platform() as listener:
        listener.subscribe(*foreign, end)
        for topic in foreign:
            sender.publish(topic, b'"forged"')
        listener.publish(end, b'"end"')

        assert listener.hear() == [(end, "end")]


def test_an_integrator_is_not_another_by_its_client_id(outside: Outside) -> None:
    """The certificate says who it is: a foreign client id opens no foreign topic or session."""
    owner, thief = outside.let_in(), outside.let_in(OTHER)
    reader = outside.read(owner, EVERYTHING)
    intruder = outside.read(thief, EVERYTHING, f"live/{OTHER}/#", client_id=owner.client_id)
    outside.hear(order(OURS, 21, "mine"))
    outside.hear(order(THEIRS, 21, "theirs"))
    outside.push()

    assert reader.hear()[0][1]["data"]["client_order_id"] == "mine"
    assert intruder.hear()[0][1]["data"]["client_order_id"] == "theirs"
    assert not reader.cut_off.is_set()


def test_revoking_ends_a_session_for_good(outside: Outside) -> None:
    """Who is connected is cut off, comes back no more, and others do not notice."""
    gone, stays = outside.let_in(), outside.let_in()
    out, other = outside.read(gone, EVERYTHING), outside.read(stays, EVERYTHING)
    status_code, answer = outside.http(f"POST /api/integrators/{gone.id}/revoke")
    assert (status_code, answer["state"]) == (202, "revoking")

    assert out.cut_off.wait(15), "a revoked reader is still connected"
    with pytest.raises(AwsCrtError):
        outside.read(gone, EVERYTHING)
    ended = eventually(lambda: outside.shown(gone)["state"] == "revoked", "the broker to know")
    outside.hear(order(OURS, 31, "after"))
    outside.push()

    assert ended
    assert other.hear()[0][1]["data"]["client_order_id"] == "after"
    assert not other.cut_off.is_set()
    assert out.received.empty()


def test_a_revoked_name_is_not_given_again(outside: Outside) -> None:
    """Here or elsewhere: whose events it reads was decided once."""
    gone = outside.let_in()
    outside.http(f"POST /api/integrators/{gone.id}/revoke")

    for organization in (ACME, OTHER):
        code, answer = outside.ask(gone.client_id, organization=organization)
        assert (code, answer["code"]) == (409, "ALREADY_EXISTS")


def test_a_broker_that_is_away_holds_up_nobody_and_loses_nothing(outside: Outside) -> None:
    """Ingestion and sockets do not wait for it; what happened meanwhile comes when it is back."""
    reader = outside.read(outside.let_in(), f"{TOPICS}/order")
    outside.small.kill("iot")
    outside.hear(order(OURS, 41, "first"), order(OURS, 42, "second"))
    outside.push()
    outside.invoke("janym-integrators-push")
    kept = outside.rows("SELECT count(*) FROM orders WHERE client_order_id IN ('first', 'second')")
    noted = outside.rows("SELECT state FROM jobs WHERE name = 'integrators_push'")
    outside.small.start("iot")
    outside.rows("UPDATE live_outlets SET busy_until = NULL")
    outside.invoke("janym-integrators-push")

    heard = [message["data"]["client_order_id"] for _, message in reader.hear(2)]
    assert kept == [(2,)]
    assert noted == [("done",)]
    assert heard == ["first", "second"]
    assert reader.received.empty()


def test_what_the_log_lost_is_told(outside: Outside) -> None:
    """A reader that missed something is told to read by HTTPS."""
    reader = outside.read(outside.let_in(), EVERYTHING)
    outside.small.kill("iot")
    outside.hear(order(OURS, 51, "lost"))
    outside.push()
    outside.rows("UPDATE live_events SET created_at = now() - interval '16 minutes'")
    outside.invoke("janym-live-push")
    outside.small.start("iot")
    outside.rows("UPDATE live_outlets SET busy_until = NULL")
    outside.invoke("janym-integrators-push")
    [(topic, told)] = reader.hear()

    assert topic == f"live/{ACME}/resync"
    Resync.model_validate(told, extra="forbid")
