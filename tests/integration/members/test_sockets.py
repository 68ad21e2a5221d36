"""Members watch their organization through the template's own WebSocket API and functions."""

from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from janym.domain.bot import BotStatus
from tests.integration.db.builders import OTHER, fill, metrics, order, status
from tests.integration.members.conftest import OURS, SECOND, THEIRS, Live

TOPIC = f"bot/{OURS.id}"


async def test_a_member_hears_what_happens(live: Live) -> None:
    """S0-036, S0-067: status, order and fill of a bot, in the order in which they became true."""
    async with live.socket() as member:
        first = await member.ask(action="subscribe", topics=[TOPIC, "bots"])
        live.hear(status(OURS, 1, BotStatus.RUNNING))
        live.hear(order(OURS, 2, "o1"), fill(OURS, 3, "t1", "o1"))
        live.push()
        frames = [await member.hear() for _ in range(4)]

    assert first["type"] == "subscribed"
    assert [(frame["topic"], frame["kind"]) for frame in frames[:2]] == [
        ("bots", "bot"),
        (TOPIC, "status"),
    ]
    assert frames[1]["data"]["bot_id"] == str(OURS.id)
    assert {frame["kind"] for frame in frames[2:]} == {"order", "fill"}
    ids = [frame["id"] for frame in frames]
    assert ids == list(range(first["id"] + 1, first["id"] + 5)), "numbers have no gaps"


async def test_a_member_misses_nothing_while_away(live: Live) -> None:
    async with live.socket() as member:
        last = (await member.ask(action="subscribe", topics=[TOPIC]))["id"]
    live.hear(order(OURS, 11, "away-1"))
    live.hear(order(OURS, 12, "away-2"))
    live.push()
    async with live.socket() as member:
        answer = await member.ask(action="subscribe", topics=[TOPIC], after=last)
        missed = [await member.hear() for _ in range(2)]

    assert answer["type"] == "subscribed"
    assert [frame["data"]["client_order_id"] for frame in missed] == ["away-1", "away-2"]
    assert all(frame["id"] > last for frame in missed)


async def test_what_the_log_lost_is_said(live: Live) -> None:
    async with live.socket() as member:
        last = (await member.ask(action="subscribe", topics=[TOPIC]))["id"]
    live.hear(order(OURS, 21, "lost"))
    live.push()
    live.rows("UPDATE live_events SET created_at = now() - interval '16 minutes'")
    live.minute()
    async with live.socket() as member:
        answer = await member.ask(action="subscribe", topics=[TOPIC], after=last)

    assert (answer["type"], answer["topics"]) == ("resync", [TOPIC])
    assert answer["id"] > last


async def test_figures_are_told_to_who_listens_alone(live: Live) -> None:
    live.hear(metrics(SECOND, 31))
    kept = live.rows("SELECT topic FROM live_events WHERE kind = 'metrics'")
    async with live.socket() as member:
        await member.ask(action="subscribe", topics=[TOPIC])
        live.hear(metrics(OURS, 32))
        live.hear(metrics(SECOND, 33))
        live.push()
        frame = await member.hear()

    assert (f"bot/{SECOND.id}",) not in kept, "nobody ever listened to this bot"
    assert (frame["kind"], frame["data"]["seq"]) == ("metrics", 32)
    assert isinstance(frame["data"]["balance_usd"], str), "money is text"


async def test_a_socket_hears_its_own_organization_alone(live: Live) -> None:
    """S0-141: the log, the topics and the bots of another are not there."""
    async with live.socket(live.ticket(OTHER, "eve")) as eve:
        await eve.ask(action="subscribe", topics=["bots", "commands", "alerts"])
        refused = await eve.ask(action="subscribe", topics=[TOPIC])
        nobodys = await eve.ask(action="subscribe", topics=[f"bot/{uuid4()}"])
        live.hear(order(OURS, 41, "secret"), status(OURS, 42, BotStatus.ERROR))
        live.hear(status(THEIRS, 43, BotStatus.RUNNING))
        live.push()
        heard = await eve.hear()

    assert (
        (refused["type"], refused["code"])
        == ("error", "NOT_FOUND")
        == (
            nobodys["type"],
            nobodys["code"],
        )
    )
    assert heard["data"]["bot_id"] == str(THEIRS.id)


async def test_a_ticket_opens_one_socket(live: Live) -> None:
    """S0-140."""
    ticket = live.ticket()
    async with live.socket(ticket):
        with pytest.raises(aiohttp.WSServerHandshakeError) as used:
            async with live.socket(ticket):
                pass
    with pytest.raises(aiohttp.WSServerHandshakeError) as unknown:
        async with live.socket(ticket | {"ticket": "guessed"}):
            pass
    late = live.ticket()
    live.rows("UPDATE live_tickets SET expires_at = now()")
    with pytest.raises(aiohttp.WSServerHandshakeError) as too_late:
        async with live.socket(late):
            pass

    assert (used.value.status, unknown.value.status, too_late.value.status) == (401, 401, 401)


async def test_who_gets_no_ticket_any_more_loses_the_socket(live: Live) -> None:
    """S0-142: a socket listens as long as its tickets say, and hears nothing after."""
    async with live.socket() as member:
        await member.ask(action="subscribe", topics=[TOPIC])
        renewed = await member.ask(action="renew", ticket=live.ticket()["ticket"])
        foreign = await member.ask(action="renew", ticket=live.ticket(user="bob")["ticket"])
        live.rows("UPDATE live_connections SET authorized_until = now()")
        live.hear(order(OURS, 51, "after the end"))
        live.push()
        live.minute()
        heard = [message async for message in member.ws]

    assert (renewed["type"], foreign["code"]) == ("renewed", "FORBIDDEN")
    assert heard == []
    assert live.rows("SELECT id FROM live_connections WHERE authorized_until <= now()") == []


async def test_a_closed_socket_is_forgotten(live: Live) -> None:
    async with live.socket() as member:
        await member.ask(action="subscribe", topics=[TOPIC])
        [(key,)] = live.rows("SELECT id FROM live_connections")
    live.rows(  # its farewell was lost
        "INSERT INTO live_connections VALUES ('gone', 'acme', 'ana', 'viewer', now(),"
        " now() + interval '1 hour')"
    )
    live.rows("INSERT INTO live_subscriptions VALUES ('gone', 'acme', 'bots', 0)")
    live.push()

    assert live.rows("SELECT id FROM live_connections WHERE id IN ('gone')") == []
    assert key != "gone"


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"action": "subscribe", "topics": ["prices"]}, ["topics"]),
        ({"action": "subscribe", "topics": []}, ["subscribe.topics"]),
        ({"action": "subscribe", "topics": ["bots"], "from": 1}, ["subscribe.from"]),
        ({"action": "fly"}, ["body"]),
    ],
)
async def test_nonsense_is_answered(live: Live, said: dict[str, Any], fields: list[str]) -> None:
    async with live.socket() as member:
        answer = await member.ask(**said)
        pong = await member.ask(action="ping")

    assert (answer["type"], answer["code"]) == ("error", "INVALID_INPUT")
    assert [error["field"] for error in answer["errors"]] == fields
    assert pong["type"] == "pong"
