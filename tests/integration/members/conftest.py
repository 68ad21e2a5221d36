"""The platform's own template in front of a real PostgreSQL, and members with sockets."""

import json
import ssl
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from janym.db.connection import Database
from janym.db.unit_of_work import UnitsOfWork
from janym.domain.bot import Bot
from local.layout import ROOT
from tests.fixtures.services import RunningPostgres
from tests.integration.db import builders
from tests.integration.db.builders import ACME, OTHER
from tests.integration.local_aws.stacks import Issuer, SmallStack, small_stack

OURS, SECOND, THEIRS = builders.bot(), builders.bot("second"), builders.bot(key=OTHER)
PATIENCE = 30.0


@dataclass(kw_only=True)
class Member:
    """A member with an open socket."""

    ws: aiohttp.ClientWebSocketResponse

    async def say(self, **message: Any) -> None:
        await self.ws.send_str(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next frame."""
        message = await self.ws.receive(timeout=PATIENCE)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return json.loads(message.data)

    async def ask(self, **message: Any) -> dict[str, Any]:
        """Say something and give the answer, which is no event."""
        await self.say(**message)
        while "type" not in (frame := await self.hear()):
            pass
        return frame

    async def end(self) -> int:
        """Wait for the socket's end; its close code."""
        while (await self.ws.receive(timeout=PATIENCE)).type is aiohttp.WSMsgType.TEXT:
            pass
        return self.ws.close_code or 0


@dataclass(kw_only=True)
class Live:
    """What the tests hold on to."""

    small: SmallStack
    issuer: Issuer
    postgres: RunningPostgres
    name: str
    units: UnitsOfWork

    def ticket(self, organization: str = ACME, user: str = "ana") -> dict[str, Any]:
        token = self.issuer.mint(org_id=organization, org_role="viewer", sub=user)
        answer = self.small.http().request(
            "POST",
            self.small.addresses["gateway"] + "/api/live/tickets",
            headers={"authorization": f"Bearer {token}"},
        )
        assert answer.status == 201, answer.data
        return answer.json()

    @asynccontextmanager
    async def socket(self, ticket: dict[str, Any] | None = None) -> AsyncGenerator[Member]:
        given = ticket or self.ticket()
        trust = ssl.create_default_context(cafile=self.small.home / "pki" / "ca.crt")
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(
                given["url"], params={"ticket": given["ticket"]}, ssl=trust
            ) as opened,
        ):
            yield Member(ws=opened)

    def push(self) -> None:
        """Have events pushed, as who writes them asks for it."""
        self._invoke(b'{"push": true}')

    def minute(self) -> None:
        """Let the clock call."""
        self._invoke(b"{}")

    def _invoke(self, event: bytes) -> None:
        answer = self.small.client("lambda").invoke(FunctionName="janym-live-push", Payload=event)
        assert "FunctionError" not in answer, answer["Payload"].read()

    def hear(self, *reports: Any) -> None:
        """Have ingestion store what bots say."""
        database = Database(self.postgres.url("ingest", self.name))
        with UnitsOfWork(database)(None) as uow:
            assert uow.telemetry.apply(reports) == []
            uow.commit()
        database.close()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Look as the owner of the server."""
        import psycopg  # noqa: PLC0415 - the tests' own way past every wall

        url = self.postgres.url("postgres", self.name)
        with psycopg.connect(url, autocommit=True) as admin:
            done = admin.execute(statement.encode())
            return done.fetchall() if done.description else []


@pytest.fixture(scope="module")
def live(
    postgres: RunningPostgres, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Live]:
    name = postgres.create_database(template=migrated)
    addresses = {"postgres": f"postgresql://127.0.0.1:{postgres.port}/{name}"}
    with small_stack(tmp_path_factory.mktemp("live"), **addresses) as small:
        small.template = ROOT / "template.yaml"
        secrets = small.home / "secrets.json"
        known = json.loads(secrets.read_text()) | {"postgres": dict(postgres.passwords)}
        secrets.write_text(json.dumps(known))
        issuer = Issuer(urlsplit(small.addresses["issuer"]).port or 0)
        database = Database(postgres.url("control", name))
        units = UnitsOfWork(database)
        builders.seed(units, OURS, THEIRS)
        with units(ACME) as uow:
            uow.bots.add(SECOND)
            uow.commit()
        small.start("gateway")
        yield Live(small=small, issuer=issuer, postgres=postgres, name=name, units=units)
        database.close()
        issuer.close()


@pytest.fixture
def bot() -> Bot:
    return OURS
