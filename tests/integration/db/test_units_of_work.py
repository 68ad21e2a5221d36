"""What is stored comes back as it was, under the rules that the ports name."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from janym.db.connection import Database
from janym.db.unit_of_work import UnitsOfWork
from janym.domain.bot import BotStatus, Desired
from janym.domain.command import CommandState
from janym.domain.credential import EncryptedKey
from janym.domain.errors import (
    AlreadyExists,
    Conflict,
    InvalidInput,
    NotFound,
    StoreAway,
)
from janym.domain.ids import CredentialId, TaskId, UserId
from janym.domain.run import RunState
from janym.domain.trading import Order, OrderStatus, OrderType, Side
from janym.ports.told import OPEN_ORDERS
from janym.ports.unit_of_work import Answer, AuditEntry, Errand, OutboxEntry, Page
from tests.fixtures.database import PlatformUnits, TestDatabase
from tests.integration.db.builders import (
    ACME,
    NOON,
    OTHER,
    bot,
    command,
    credential,
    execution,
    later,
    organization,
    run,
    seed,
    uid,
)

GRID = bot()


def test_a_bot_comes_back_as_it_was(postgres_units: PlatformUnits) -> None:
    seed(postgres_units, GRID)

    with postgres_units(ACME) as uow:
        assert uow.bots.get(GRID.id) == GRID
        assert uow.bots.lock(GRID.id) == GRID


def test_without_commit_nothing_stays(postgres_units: PlatformUnits) -> None:
    with postgres_units(ACME) as uow:
        uow.organizations.put(organization())

    with postgres_units(ACME) as uow, pytest.raises(NotFound):
        uow.organizations.get(ACME)


def test_work_goes_on_after_a_commit_in_the_same_organization(
    postgres_units: PlatformUnits,
) -> None:
    seed(postgres_units, GRID, bot(key=OTHER))

    with postgres_units(ACME) as uow:
        uow.bots.put(replace(GRID, name="first"))
        uow.commit()
        uow.bots.put(replace(GRID, name="second"))
        assert [one.name for one in uow.bots.list(Page()).items] == ["second"]

    with postgres_units(ACME) as uow:
        assert uow.bots.get(GRID.id).name == "first"


def test_a_change_of_a_bot_never_lowers_its_session(postgres_units: PlatformUnits) -> None:
    seed(postgres_units, GRID)

    with postgres_units(ACME) as uow:
        assert [uow.bots.next_session(GRID.id), uow.bots.next_session(GRID.id)] == [1, 2]
        uow.bots.put(GRID.want(Desired.RUNNING, at=later(1)))
        assert uow.bots.get(GRID.id).session == 2
        assert uow.bots.get(GRID.id).status is BotStatus.STARTING


def test_a_taken_tag_is_refused_and_the_transaction_goes_on(postgres_units: PlatformUnits) -> None:
    seed(postgres_units, GRID)
    twin = bot("twin", tag=GRID.tag)

    with postgres_units(ACME) as uow:
        with pytest.raises(AlreadyExists, match="tag"):
            uow.bots.add(twin)
        uow.bots.add(replace(twin, tag="other1"))
        uow.commit()


def test_lists_give_every_row_once_while_rows_are_added(postgres_units: PlatformUnits) -> None:
    bots = [bot(f"b{number}", created_at=later(number // 2)) for number in range(7)]
    seed(postgres_units, *bots)
    seen: list[str] = []
    cursor = None

    with postgres_units(ACME) as uow:
        while True:
            listing = uow.bots.list(Page(limit=3, cursor=cursor))
            seen += [one.name for one in listing.items]
            uow.bots.add(bot(f"new{len(seen)}", created_at=later(100)))
            cursor = listing.next_cursor
            if cursor is None:
                break

    assert sorted(seen) == [one.name for one in bots]


def test_a_foreign_cursor_is_refused(postgres_units: PlatformUnits) -> None:
    with postgres_units(ACME) as uow, pytest.raises(InvalidInput, match="cursor"):
        uow.bots.list(Page(cursor="bm9wZQ=="))


def test_removing_a_bot_takes_all_that_hangs_on_it(
    database: TestDatabase, postgres_units: PlatformUnits
) -> None:
    """S0-022."""
    seed(postgres_units, GRID)
    with postgres_units(ACME) as uow:
        uow.commands.add(command(GRID))
        uow.outbox.add(publish())
        uow.runs.add(run(GRID))
        uow.trading.add_fills([execution(GRID, "t1", "o1")])
        uow.commit()

    with database.units("app")(ACME) as uow:
        uow.bots.remove(GRID.id)
        uow.commit()

    with postgres_units(None) as uow:
        assert uow.outbox.due(now=later(9), limit=9) == []
        assert uow.trading.newest_fills(GRID.id, GRID.trading_pair, limit=1000) == []
        with pytest.raises(NotFound):
            uow.bots.remove(GRID.id)


def test_a_credential_comes_back_and_only_one_has_its_name(postgres_units: PlatformUnits) -> None:
    """S0-006."""
    second = credential(id=CredentialId(uid("second")))

    with postgres_units(ACME) as uow:
        uow.organizations.put(organization())
        uow.credentials.add(credential())
        with pytest.raises(AlreadyExists):
            uow.credentials.add(second)
        uow.credentials.add(replace(second, label="hedge"))
        changed = replace(
            credential(),
            encrypted=EncryptedKey(api_key=b"1", api_secret=b"2", passphrase=b"3"),
            checked_at=later(1),
            updated_at=later(1),
        )
        uow.credentials.put(changed)
        assert uow.credentials.get(credential().id) == changed
        assert len(uow.credentials.list()) == 2


def test_bots_wanted_on_one_account_and_pair(postgres_units: PlatformUnits) -> None:
    wanted = bot("wanted", desired=Desired.RUNNING, status=BotStatus.STARTING)
    seed(postgres_units, GRID, wanted, bot("btc", desired=Desired.RUNNING, trading_pair="BTC-USDT"))

    with postgres_units(ACME) as uow:
        assert uow.bots.wanted_on(GRID.credential, "ETH-USDT") == [wanted]


def test_unsettled_bots_are_those_that_need_a_look(postgres_units: PlatformUnits) -> None:
    wanted = bot("wanted", desired=Desired.RUNNING)
    broken = bot("broken", key=OTHER, status=BotStatus.ERROR)
    tail = bot("tail")
    seed(postgres_units, GRID, wanted, broken, tail)
    with postgres_units(ACME) as uow:
        uow.runs.add(run(tail))
        uow.commit()

    with postgres_units(None) as uow:
        assert set(uow.bots.unsettled()) == {wanted.id, broken.id, tail.id}


def test_a_bot_has_one_open_run(postgres_units: PlatformUnits) -> None:
    seed(postgres_units, GRID)
    first = run(GRID)
    second = run(GRID, "second", created_at=later(1))
    ended = replace(
        first,
        state=RunState.ENDED,
        task=TaskId("task-1"),
        session=3,
        certificate="c1",
        ended_at=later(2),
        end_reason="EXITED",
        exit_code=137,
        event_version=4,
    )

    with postgres_units(ACME) as uow:
        uow.runs.add(first)
        with pytest.raises(Conflict) as refused:
            uow.runs.add(second)
        uow.runs.put(ended)
        uow.runs.add(second)

        assert refused.value.code == "RUN_OPEN"
        assert uow.runs.get(first.id) == ended
        assert uow.runs.of_task(TaskId("task-1")) == ended
        assert uow.runs.open(GRID.id) == second
        assert uow.runs.unchecked(GRID.id) == [ended]
        assert uow.runs.recent(GRID.id, since=NOON) == [second, ended]
        uow.runs.put(replace(ended, checked_at=later(3)))
        assert uow.runs.unchecked(GRID.id) == []


def test_commands_come_back_pending_ones_oldest_first(postgres_units: PlatformUnits) -> None:
    seed(postgres_units, GRID)
    commands = [command(GRID, f"c{n}", created_at=later(n)) for n in range(3)]

    with postgres_units(ACME) as uow:
        for one in commands:
            uow.commands.add(one)
        done = commands[1].to(CommandState.DONE, at=later(9), reason="why")
        uow.commands.put(done)

        assert uow.commands.get(done.id) == done
        assert uow.commands.pending(GRID.id) == [commands[0], commands[2]]
        newest = uow.commands.list(GRID.id, Page(limit=2))
        assert newest.items == [commands[2], done]
        rest = uow.commands.list(GRID.id, Page(limit=2, cursor=newest.next_cursor))
        assert (rest.items, rest.next_cursor) == ([commands[0]], None)


def test_a_stale_word_does_not_lower_a_command(postgres_units: PlatformUnits) -> None:
    seed(postgres_units, GRID)
    asked = command(GRID)
    done = asked.to(CommandState.DONE, at=later(2))

    with postgres_units(ACME) as uow:
        uow.commands.add(asked)
        uow.commands.put(done)
        uow.commands.put(asked.to(CommandState.PUBLISHED, at=later(3)))
        assert uow.commands.get(asked.id) == done
        with pytest.raises(NotFound):
            uow.commands.put(command(GRID, "never added"))


def publish() -> OutboxEntry:
    return OutboxEntry(
        errand=Errand.PUBLISH,
        organization=ACME,
        bot=GRID.id,
        command=command(GRID).id,
        not_before=NOON,
    )


def test_an_errand_is_taken_by_one_at_a_time(postgres_units: PlatformUnits) -> None:
    seed(postgres_units, GRID)
    with postgres_units(ACME) as uow:
        uow.commands.add(command(GRID))
        uow.outbox.add(publish())
        uow.commit()

    with postgres_units(None) as one, postgres_units(None) as two:
        assert one.outbox.due(now=later(-1), limit=9) == []
        [taken] = one.outbox.due(now=later(1), limit=9, bot=GRID.id)
        assert two.outbox.due(now=later(1), limit=9) == []
        one.outbox.postpone(taken, until=later(60))
        one.commit()
        [again] = two.outbox.due(now=later(61), limit=9)
        assert (again.id, again.attempts, again.command) == (taken.id, 1, command(GRID).id)
        two.outbox.remove(again)
        two.commit()


def test_fills_count_once_and_raise_their_order(postgres_units: PlatformUnits) -> None:
    """S0-033."""
    seed(postgres_units, GRID)
    shown = Order(
        bot=GRID.id,
        client_order_id=execution(GRID, "t1", "o1").client_order_id,
        exchange_order_id="77",
        trading_pair="ETH-USDT",
        type=OrderType.LIMIT,
        side=Side.BUY,
        price=Decimal("2000.10"),
        quantity=Decimal("0.2"),
        filled_quantity=Decimal(0),
        status=OrderStatus.OPEN,
        reason=None,
        exchange_timestamp=NOON,
        created_at=NOON,
        updated_at=NOON,
    )
    first, second = execution(GRID, "t1", "o1"), execution(GRID, "t2", "o1", executed_at=later(1))

    with postgres_units(ACME) as uow:
        uow.trading.put_order(shown)
        assert uow.trading.orders(GRID.id, Page()).items == [shown]
        assert uow.trading.add_fills([first, first]) == 1
        assert uow.trading.add_fills([second, first]) == 1
        uow.trading.put_order(shown)

        [settled] = uow.trading.orders(None, Page()).items
        assert (settled.filled_quantity, settled.status) == (Decimal("0.2"), OrderStatus.FILLED)
        assert uow.trading.orders(None, Page(), OPEN_ORDERS).items == []
        assert uow.trading.newest_fills(GRID.id, GRID.trading_pair, limit=1000) == [first, second]
        assert uow.trading.fills(GRID.id, Page(limit=1)).items == [second]
        assert uow.trading.profit_and_loss(GRID.id, GRID.trading_pair).position == Decimal("0.2")


def test_an_answer_is_found_again_and_its_key_is_waited_for(postgres_units: PlatformUnits) -> None:
    with postgres_units(ACME) as uow:
        uow.organizations.put(organization())
        uow.commit()
    answer = Answer(body_hash=b"\x07", status=202, body='{"a": 1}')
    found: list[Answer | None] = []
    asked = threading.Event()

    def second() -> None:
        with postgres_units(ACME) as uow:
            asked.set()
            found.append(uow.idempotency.get("key", "POST /x"))

    with postgres_units(ACME) as uow:
        assert uow.idempotency.get("key", "POST /x") is None
        other = threading.Thread(target=second)
        other.start()
        asked.wait()
        uow.idempotency.put("key", "POST /x", answer, at=NOON)
        assert found == []
        uow.commit()
        other.join()

    assert found == [answer]


def test_a_server_that_is_away_is_said_so() -> None:
    units = UnitsOfWork(Database("postgresql://app@127.0.0.1:1/janym"))

    with pytest.raises(StoreAway), units(ACME) as uow:
        uow.bots.list(Page())


def test_a_connection_that_died_while_idle_is_replaced(
    database: TestDatabase, postgres_units: PlatformUnits
) -> None:
    seed(postgres_units, GRID)
    with database.admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'control'"
        )

    with postgres_units(ACME) as uow:
        assert uow.bots.get(GRID.id) == GRID


def test_a_connection_that_dies_in_the_middle_is_said_so(
    database: TestDatabase, postgres_units: PlatformUnits
) -> None:
    seed(postgres_units, GRID)

    with postgres_units(ACME) as uow:
        uow.bots.lock(GRID.id)
        with database.admin() as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 5000)"
                " FROM pg_stat_activity WHERE usename = 'control'"
            )
        with pytest.raises(StoreAway):
            uow.bots.put(GRID)


def test_text_that_postgres_cannot_hold_is_the_callers_mistake(
    postgres_units: PlatformUnits,
) -> None:
    with postgres_units(ACME) as uow, pytest.raises(InvalidInput, match="cannot be stored"):
        uow.organizations.put(replace(organization(), name="a\0b"))


def audit(action: str) -> AuditEntry:
    return AuditEntry(
        organization=ACME,
        at=NOON + timedelta(milliseconds=1),
        actor=UserId("ana"),
        action=action,
        subject="bot 1",
        before=None,
        after={"status": "starting"},
        request_id="r1",
        address="10.0.0.1",
    )
