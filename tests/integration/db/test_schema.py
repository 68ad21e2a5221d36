"""The schema is what the platform's data model says."""

from tests.fixtures.database import TestDatabase


def test_it(database: TestDatabase) -> None:
    with database.admin() as c:
        assert c.execute("select version_num from alembic_version").fetchone() == ("0003",)
