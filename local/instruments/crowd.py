"""Bots that exist as rows alone: nobody wants them to run, and what they say is taken as theirs."""

from collections.abc import Sequence
from uuid import UUID

import psycopg

ORGANIZATION = "crowd"
CREDENTIAL = UUID("0d7a2d49-8b2e-4d34-9a1c-3a2f5f1f3f11")


def enlist(url: str, bots: Sequence[UUID]) -> None:
    """Write them, with an organization and a key that opens nothing; `url` is the superuser's."""
    with psycopg.connect(url) as admin:
        admin.execute(
            "insert into organization (id, name, created_at, updated_at)"
            " values (%s, 'Crowd', now(), now())",
            (ORGANIZATION,),
        )
        admin.execute(
            "insert into exchange_credentials (id, organization_id, exchange, environment, label,"
            " api_key_encrypted, api_secret_encrypted)"
            " values (%s, %s, 'binance', 'paper', 'default', '', '')",
            (CREDENTIAL, ORGANIZATION),
        )
        admin.cursor().executemany(
            "insert into bots (id, organization_id, name, strategy_type, exchange, environment,"
            " trading_pair, credential_id, config, tag, session, created_at, updated_at)"
            " values (%s, %s, %s, 'pmm', 'binance', 'paper', 'ETH-USDT', %s, '{}', %s, 1,"
            " now(), now())",
            [
                (bot, ORGANIZATION, f"bot {number}", CREDENTIAL, f"{number:06d}")
                for number, bot in enumerate(bots)
            ],
        )
