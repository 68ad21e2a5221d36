"""Brings a database to the newest schema."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from janym.db.connection import Connection
from janym.db.retention import DAYS_AHEAD, EVERY_DAY

ROLES = """
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['app', 'control', 'ingest', 'live', 'alerts', 'executor',
        'collector'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = name);
        EXECUTE format('CREATE ROLE %I LOGIN', name);
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN
            EXECUTE format('GRANT rds_iam TO %I', name);
        END IF;
    END LOOP;
END $$
"""
"""https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html"""

_ONE_AT_A_TIME = 4_907_212_655


def migrate(connect: Callable[[], Connection], *, today: date) -> str:
    """Apply what is missing, in one transaction, and give the revision reached.

    The tables belong to the role that connects. The other roles are made where they are missing;
    under RDS they sign in by IAM. Two callers at once take turns.

    Raises:
        psycopg.Error: a statement failed, and nothing was changed.
    """
    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        connection.execute(text(ROLES))
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.execute(
            text("SELECT tend_metric_partitions(:today, :ahead, :kept)"),
            {"today": today, "ahead": DAYS_AHEAD, "kept": EVERY_DAY},
        )
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
