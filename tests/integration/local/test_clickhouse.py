"""The ClickHouse front as the ordinary client sees it."""

import os
import signal
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import clickhouse_connect
import psutil
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from tests.fixtures.services import RunningClickHouse, room, running_clickhouse

COLUMNS = ["n", "text"]


def connect(server: RunningClickHouse, **options: Any) -> Any:
    login: dict[str, Any] = {"username": server.user, "password": server.password}
    return clickhouse_connect.get_client(  # pyright: ignore[reportUnknownMemberType] - untyped
        host="127.0.0.1", port=server.port, database="janym", **(login | options)
    )


def rows(count: int, text: str = "x") -> list[list[Any]]:
    return [list(range(count)), [text] * count]


@pytest.fixture
def table(clickhouse: RunningClickHouse) -> Generator[Any]:
    client = connect(clickhouse)
    client.command("CREATE TABLE t (n UInt64, text String) ENGINE = MergeTree ORDER BY n")
    yield client
    client.command("DROP TABLE t SYNC")
    client.close()


@pytest.mark.parametrize("compress", ["lz4", "zstd", "gzip", False])
def test_every_row_of_many_blocks_arrives(
    clickhouse: RunningClickHouse, table: Any, compress: Any
) -> None:
    """The client sends one compressed frame per block of 65,536 rows."""
    count = 200_001

    connect(clickhouse, compress=compress).insert(
        "t", rows(count), column_names=COLUMNS, column_oriented=True
    )

    assert table.query("SELECT count(), max(n) FROM t").result_rows == [(count, count - 1)]


def test_many_writers_and_readers_at_once(clickhouse: RunningClickHouse, table: Any) -> None:
    writers, batches, size = 4, 5, 20_000

    def write(number: int) -> bool:
        client = connect(clickhouse, compress="lz4", autogenerate_session_id=False)
        for _ in range(batches):
            client.insert("t", rows(size, f"w{number}"), column_names=COLUMNS, column_oriented=True)
            read = client.query(
                "SELECT count() FROM t WHERE text = {w:String}", {"w": f"w{number}"}
            )
            if read.result_rows[0][0] % size:
                return False
        return True

    with ThreadPoolExecutor(writers) as pool:
        assert all(pool.map(write, range(writers)))
    assert table.query("SELECT count() FROM t").result_rows == [(writers * batches * size,)]


def test_rows_outlive_sigkill() -> None:
    with room() as folder:
        with running_clickhouse(folder) as first:
            client = connect(first)
            client.command("CREATE TABLE t (n UInt64, text String) ENGINE = MergeTree ORDER BY n")
            client.insert("t", rows(70_000), column_names=COLUMNS, column_oriented=True)
            kill(folder)
        with running_clickhouse(folder) as second:
            assert connect(second).query("SELECT count() FROM t").result_rows == [(70_000,)]


def kill(folder: Path) -> None:
    """Kill the server that keeps its data in the folder."""
    for process in psutil.Process().children():
        if str(folder / "data") in process.cmdline():
            os.kill(process.pid, signal.SIGKILL)
            process.wait(10)
            return
    pytest.fail("the server is not among this process's children")


@pytest.mark.parametrize("login", [{"password": "guess"}, {"username": "root"}])
def test_a_stranger_is_refused(clickhouse: RunningClickHouse, login: dict[str, str]) -> None:
    with pytest.raises(DatabaseError, match="AUTHENTICATION_FAILED"):
        connect(clickhouse, **login)


def test_values_travel_beside_the_statement(table: Any) -> None:
    asked = {"text": "it's\\a 'test' ü", "n": -5}

    answer = table.query("SELECT {text:String}, {n:Int32}", parameters=asked)

    assert answer.result_rows == [(asked["text"], asked["n"])]


def test_settings_apply_to_their_query_alone(table: Any) -> None:
    question = "SELECT getSetting('max_block_size')"

    changed = table.query(question, settings={"max_block_size": 1234}).result_rows

    assert changed == [(1234,)]
    assert table.query(question).result_rows != changed


def test_a_batch_sent_again_under_its_token_changes_nothing(table: Any) -> None:
    """Each batch has a token, so each insert has settings of its own."""
    table.command("ALTER TABLE t MODIFY SETTING non_replicated_deduplication_window = 1000")
    for number in [*range(30), *range(30)]:
        batch = [[number], ["x"]]
        token = {"insert_deduplication_token": f"batch-{number}"}
        table.insert("t", batch, column_names=COLUMNS, column_oriented=True, settings=token)

    assert table.query("SELECT count() FROM t").result_rows == [(30,)]


def test_an_unknown_table_has_its_code(table: Any) -> None:
    with pytest.raises(DatabaseError, match=r"(?i)code: 60\b"):
        table.query("SELECT * FROM nowhere")


def test_rows_that_do_not_fit_change_nothing(table: Any) -> None:
    with pytest.raises(DatabaseError):
        table.raw_insert("t", COLUMNS, b"1,good\nbad,bad\n", fmt="CSV")

    assert table.query("SELECT count() FROM t").result_rows == [(0,)]


def test_the_database_is_atomic(table: Any) -> None:
    engine = table.query("SELECT engine FROM system.databases WHERE name = 'janym'").result_rows

    assert engine == [("Atomic",)]


def test_it_answers_a_ping(table: Any) -> None:
    assert table.ping()
