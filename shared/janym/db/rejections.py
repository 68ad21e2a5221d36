"""Messages that could not be taken, in PostgreSQL; `telemetry` keeps them."""

from typing import Any

from janym.db import cursors
from janym.db.connection import Transaction
from janym.domain.ids import BotId
from janym.domain.telemetry import Rejected
from janym.ports.unit_of_work import Listing, Page


class Rejections:
    """`ports.unit_of_work.Rejections`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def list(self, bot: BotId, page: Page) -> Listing[Rejected]:
        rows = self._transaction.all(
            """
            SELECT * FROM rejected_messages
            WHERE bot_key = %(bot)s
                AND (%(at)s::timestamptz IS NULL
                    OR (received_at, id) < (%(at)s, %(number)s::bigint))
            ORDER BY received_at DESC, id DESC LIMIT %(limit)s
            """,
            {"bot": str(bot), "limit": page.limit + 1}
            | cursors.number_parameters(cursors.read(page.cursor)),
        )
        return cursors.listing(rows, page, _rejected, lambda row: (row.received_at, str(row.id)))


def _rejected(row: Any) -> Rejected:
    return Rejected(
        topic=row.topic,
        bot=row.bot,
        client_id=row.client_id,
        reason=row.reason,
        body=bytes(row.body),
        received_at=row.received_at,
    )
