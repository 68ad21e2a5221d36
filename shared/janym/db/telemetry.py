"""The way in for what bots say: a batch is a handful of statements, whatever its size.

Whoever writes a bot's status, commands, orders or fills holds the bot's row, and rows are always
taken in the same order: batches that run at once take turns, and never wait in a ring.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, LiteralString

from janym.db import bots, fills, logs, metrics, orders, payload
from janym.db.connection import Transaction
from janym.domain.bot import Bot, BotStatus
from janym.domain.command import RANK
from janym.domain.ids import BotId, CommandId
from janym.domain.telemetry import (
    AckReport,
    ConfigReport,
    FillReport,
    LogLine,
    MetricsReport,
    OrderReport,
    Rejected,
    Report,
    StatusReport,
)
from janym.domain.trading import OrderStatus

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""A clock beyond these is broken, and its times would break whoever reads them."""

LOCK: LiteralString = "SELECT * FROM bots WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"

HEARD: LiteralString = """
UPDATE bots SET
    status = told.status, status_reason = told.reason, status_detail = told.detail,
    reported_status = told.reported, reported_session = told.session, reported_seq = told.seq,
    reported_at = told.at, updated_at = told.at
FROM json_to_recordset(%s) AS told (
    bot_id uuid, status text, reason text, detail text, reported text, session integer,
    seq bigint, at timestamptz
)
WHERE bots.id = told.bot_id
"""

# A command's state only rises. Of two words of one rank the reason that sorts first is kept.
ACKNOWLEDGED: LiteralString = """
UPDATE commands SET
    state = told.state, reason = coalesce(told.reason, commands.reason), updated_at = told.at
FROM json_to_recordset(%s) AS told (
    id uuid, state text, rank integer, reason text, at timestamptz
), json_to_recordset(%s) AS known (state text, rank integer)
WHERE commands.id = told.id AND commands.state = known.state
    AND (told.rank > known.rank
        OR told.rank = known.rank AND told.reason IS NOT NULL
            AND (commands.reason IS NULL OR told.reason < commands.reason))
"""

# A bot that says it runs has carried out whatever start was asked of it before.
STARTED: LiteralString = """
UPDATE commands SET state = 'done', updated_at = told.at
FROM json_to_recordset(%s) AS told (bot_id uuid, at timestamptz)
WHERE commands.bot_id = told.bot_id AND commands.kind = 'start' AND commands.state <> 'done'
    AND commands.created_at <= told.at
"""

# An order that is told to be open by a run that has ended: the venue is to be asked again.
REOPENED: LiteralString = """
UPDATE bot_runs SET checked_at = NULL
FROM json_to_recordset(%s) AS told (bot_id uuid, session integer, client_order_id text)
JOIN orders USING (bot_id, client_order_id)
WHERE bot_runs.bot_id = told.bot_id AND bot_runs.session = told.session
    AND bot_runs.checked_at IS NOT NULL AND orders.status = 'open'
"""

REJECTED: LiteralString = """
INSERT INTO rejected_messages (
    organization_id, bot, topic, client_id, reason, body, received_at
)
SELECT bots.organization_id, told.bot, topic, client_id, reason, decode(body, 'hex'), received_at
FROM json_to_recordset(%s) AS told (
    bot text, topic text, client_id text, reason text, body text, received_at timestamptz
) LEFT JOIN bots ON bots.id::text = lower(told.bot)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Reports by kind."""

    statuses: list[StatusReport] = field(default_factory=list[StatusReport])
    acks: list[AckReport] = field(default_factory=list[AckReport])
    orders: list[OrderReport] = field(default_factory=list[OrderReport])
    fills: list[FillReport] = field(default_factory=list[FillReport])
    metrics: list[MetricsReport] = field(default_factory=list[MetricsReport])
    logs: list[LogLine] = field(default_factory=list[LogLine])
    configs: list[ConfigReport] = field(default_factory=list[ConfigReport])

    def contended(self) -> list[BotId]:
        """Give the bots whose rows this batch must hold."""
        kinds: tuple[Iterable[Report], ...] = (
            self.statuses,
            self.acks,
            self.orders,
            self.fills,
        )
        return sorted({report.bot for reports in kinds for report in reports})


class Telemetry:
    """`ports.unit_of_work.Telemetry`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def apply(self, reports: Sequence[Report]) -> Sequence[tuple[Report, str]]:
        known = self._known({report.bot for report in reports})
        batch, refused = _sorted(reports, known)
        held = self._hold(batch.contended())
        self._hear(batch.statuses, held)
        own, foreign = self._owned(batch.acks)
        self._acknowledge(own)
        self._start(batch.statuses)
        self._trade(batch)
        metrics.store(self._transaction, batch.metrics)
        logs.store(self._transaction, batch.logs)
        self._remember(batch.configs)
        return [*refused, *foreign]

    def reject(self, rejected: Sequence[Rejected]) -> None:
        if not rejected:
            return
        rows = [
            {
                "bot": message.bot,
                "topic": message.topic,
                "client_id": message.client_id,
                "reason": message.reason,
                "body": message.body.hex(),
                "received_at": message.received_at,
            }
            for message in rejected
        ]
        self._transaction.run(REJECTED, (payload.encode(rows),))

    def _known(self, ids: set[BotId]) -> set[BotId]:
        rows = self._transaction.all("SELECT id FROM bots WHERE id = ANY(%s)", (list(ids),))
        return {BotId(row.id) for row in rows}

    def _hold(self, ids: list[BotId]) -> dict[BotId, Any]:
        rows = self._transaction.all(LOCK, (ids,)) if ids else []
        return {BotId(row.id): row for row in rows}

    def _hear(self, statuses: Sequence[StatusReport], held: dict[BotId, Any]) -> None:
        newest: dict[BotId, StatusReport] = {}
        for report in statuses:
            known = newest.get(report.bot)
            if known is None or known.position < report.position:
                newest[report.bot] = report
        before = {key: bots.bot(held[key]) for key in newest if key in held}
        after = {key: _heard(bot, newest[key]) for key, bot in before.items()}
        changed = [_reported(bot) for key, bot in after.items() if bot is not before[key]]
        if changed:
            self._transaction.run(HEARD, (payload.encode(changed),))

    def _owned(self, acks: Sequence[AckReport]) -> tuple[list[AckReport], list[tuple[Report, str]]]:
        """Part acks of the bots' own commands from those of others', or of none."""
        if not acks:
            return [], []
        rows = self._transaction.all(
            "SELECT id, bot_id FROM commands WHERE id = ANY(%s)",
            (list({ack.command for ack in acks}),),
        )
        owners = {row.id: row.bot_id for row in rows}
        own = [ack for ack in acks if owners.get(ack.command) == ack.bot]
        foreign = [ack for ack in acks if owners.get(ack.command) != ack.bot]
        return own, [(ack, f"bot {ack.bot} has no command {ack.command}") for ack in foreign]

    def _acknowledge(self, acks: Sequence[AckReport]) -> None:
        best: dict[CommandId, AckReport] = {}
        for ack in acks:
            known = best.get(ack.command)
            if known is None or _weight(ack) < _weight(known):
                best[ack.command] = ack
        if best:
            told = [
                {
                    "id": ack.command,
                    "state": ack.state,
                    "rank": RANK[ack.state],
                    "reason": ack.reason,
                    "at": ack.at,
                }
                for ack in best.values()
            ]
            ranks = [{"state": state, "rank": rank} for state, rank in RANK.items()]
            self._transaction.run(ACKNOWLEDGED, (payload.encode(told), payload.encode(ranks)))

    def _start(self, statuses: Sequence[StatusReport]) -> None:
        running: dict[BotId, datetime] = defaultdict(lambda: EARLIEST)
        for report in statuses:
            if report.status is BotStatus.RUNNING:
                running[report.bot] = max(running[report.bot], report.at)
        if running:
            told = [{"bot_id": bot, "at": at} for bot, at in running.items()]
            self._transaction.run(STARTED, (payload.encode(told),))

    def _trade(self, batch: _Batch) -> None:
        executions = [report.fill for report in batch.fills]
        orders.merge(self._transaction, [orders.reported(report) for report in batch.orders])
        fills.store(self._transaction, executions)
        orders.settle(
            self._transaction,
            [(report.bot, report.client_order_id) for report in batch.orders]
            + [(fill.bot, fill.client_order_id) for fill in executions],
        )
        self._reopen(report for report in batch.orders if report.status is OrderStatus.OPEN)

    def _reopen(self, reports: Iterable[OrderReport]) -> None:
        told = [
            {
                "bot_id": report.bot,
                "session": report.position.session,
                "client_order_id": report.client_order_id,
            }
            for report in reports
        ]
        if told:
            self._transaction.run(REOPENED, (payload.encode(told),))

    def _remember(self, configs: Sequence[ConfigReport]) -> None:
        newest: dict[BotId, ConfigReport] = {}
        for report in configs:
            known = newest.get(report.bot)
            if known is None or known.position < report.position:
                newest[report.bot] = report
        metrics.snapshot(
            self._transaction,
            "config",
            [
                (
                    {
                        "bot_id": report.bot,
                        "session": report.position.session,
                        "seq": report.position.seq,
                        "timestamp": report.at,
                    },
                    report.config,
                )
                for report in newest.values()
            ],
        )


def _sorted(
    reports: Sequence[Report], known: set[BotId]
) -> tuple[_Batch, list[tuple[Report, str]]]:
    batch = _Batch()
    places: dict[type[Report], list[Any]] = {
        StatusReport: batch.statuses,
        AckReport: batch.acks,
        OrderReport: batch.orders,
        FillReport: batch.fills,
        MetricsReport: batch.metrics,
        LogLine: batch.logs,
        ConfigReport: batch.configs,
    }
    refused: list[tuple[Report, str]] = []
    for report in reports:
        if report.bot not in known:
            refused.append((report, f"no bot {report.bot}"))
        elif not EARLIEST <= report.at <= LATEST:
            refused.append((report, f"its clock says {report.at.isoformat()}"))
        else:
            places[type(report)].append(report)
    return batch, refused


def _heard(bot: Bot, report: StatusReport) -> Bot:
    return bot.hear(
        report.status,
        report.position,
        at=report.at,
        reason=report.reason,
        detail=report.detail,
    )


def _reported(bot: Bot) -> dict[str, Any]:
    return {
        "bot_id": bot.id,
        "status": bot.status,
        "reason": bot.reason,
        "detail": bot.detail,
        "reported": bot.reported,
        "session": bot.reported_position.session,
        "seq": bot.reported_position.seq,
        "at": bot.reported_at,
    }


def _weight(ack: AckReport) -> tuple[int, bool, str]:
    """Order acks of one command, the one that counts first."""
    return -RANK[ack.state], ack.reason is None, ack.reason or ""
