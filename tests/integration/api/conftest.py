"""The product's own template on the laptop's gateway, over the scene."""

import json
import re
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import urllib3

from janym.db.live import LiveFeeds
from janym.domain.ids import OrganizationId
from janym.domain.organization import Organization, Role
from local.layout import ROOT
from tests.fakes.clock import NOON
from tests.fakes.recorder import Stage
from tests.fakes.world import ACME, RIVAL
from tests.fixtures.database import TestDatabase
from tests.integration.local_aws.stacks import Issuer, SmallStack, small_stack

TABLES = """
SELECT relname, (SELECT attname FROM pg_attribute WHERE attrelid = pg_class.oid
    AND attname = CASE relname WHEN 'organization' THEN 'id' ELSE 'organization_id' END)
FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'jobs'
    AND relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Platform:
    """The API as callers reach it, and the database behind it."""

    small: SmallStack
    issuer: Issuer
    admin: psycopg.Connection[Any]
    """Sees every row."""
    tables: list[tuple[str, str | None]]
    """Every table of the database, and the column that names its row's organization."""
    http: urllib3.PoolManager

    def call(self, method: str, path: str, *, token: str | None, body: Any = None) -> Any:
        """Send a request. The answer has `status`, `headers` and `data`."""
        headers = {"content-type": "application/json"}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        return self.http.request(
            method,
            self.small.addresses["gateway"] + path,
            headers=headers,
            body=json.dumps(body) if body is not None else None,
        )


@pytest.fixture(scope="module")
def platform(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Generator[Platform]:
    """Every function behind the gateway; the other organization exists and has nothing."""
    name = stage.server.create_database(prefix="api", template=stage.database)
    database = TestDatabase(server=stage.server, name=name)
    found_rival(database)
    with database.admin() as admin:  # the scene plays at another time than the gateway's
        admin.execute("DELETE FROM request_budgets")
    LiveFeeds(database.role("live")).number()  # or the clock's push would, while a test looks
    postgres = f"postgresql://127.0.0.1:{stage.server.port}/{name}"
    with small_stack(tmp_path_factory.mktemp("api"), postgres=postgres) as small:
        small.template = without_a_clock(tmp_path_factory.mktemp("template"))
        file = small.home / "secrets.json"
        secrets = json.loads(file.read_text()) | {"postgres": dict(stage.server.passwords)}
        file.write_text(json.dumps(secrets))
        issuer = Issuer(urlsplit(small.addresses["issuer"]).port or 0)
        small.start("gateway")
        with database.admin() as admin:
            tables = admin.execute(TABLES).fetchall()
            platform = Platform(
                small=small, issuer=issuer, admin=admin, tables=tables, http=small.http()
            )
            for role in Role:  # a member's first call makes it one
                token = issuer.mint(org_id=ACME, org_role=str(role), sub=f"user_{role}")
                assert platform.call("GET", "/api/organization", token=token).status == 200
            yield platform
        issuer.close()
    database.close()
    stage.server.drop_database(name)


def without_a_clock(folder: Path) -> Path:
    """Give the product's template, whose functions do nothing by themselves while a test looks."""
    for each in ROOT.iterdir():
        if not each.name.startswith("."):
            (folder / each.name).symlink_to(each)
    template = folder / "template.yaml"
    beats = re.sub(r"rate\(\d+ (minute|hour)s?\)", "rate(1 day)", template.read_text())
    template.unlink()
    template.write_text(beats)
    return template


def found_rival(database: TestDatabase) -> None:
    """Let there be another organization."""
    rival = OrganizationId(RIVAL)
    with database.units("control")(rival) as uow:
        uow.organizations.put(
            Organization(id=rival, name="Rival", created_at=NOON, updated_at=NOON)
        )
        uow.commit()
