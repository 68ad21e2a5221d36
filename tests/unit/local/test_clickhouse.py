"""Bodies and statements as clients send them."""

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import lz4.frame
import pytest
import zstandard

from local.clickhouse import inflate
from local.clickhouse_engine import Refused, split

untyped_lz4: Any = lz4.frame
lz4_compress: Callable[[bytes], bytes] = untyped_lz4.compress

NATIVE = b"INSERT INTO t FORMAT Native"
FRAMES = [b"first block " * 1000, b"second " * 9, b"third"]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("lz4", b"".join(lz4_compress(frame) for frame in FRAMES)),
        ("zstd", b"".join(zstandard.ZstdCompressor().compress(frame) for frame in FRAMES)),
        ("gzip", b"".join(gzip.compress(frame) for frame in FRAMES)),
        ("deflate", zlib.compress(b"".join(FRAMES))),
        ("", b"".join(FRAMES)),
    ],
)
def test_every_frame_is_read(encoding: str, body: bytes) -> None:
    assert inflate(body, encoding) == b"".join(FRAMES)


@pytest.mark.parametrize("encoding", ["lz4", "zstd", "gzip", "deflate"])
def test_a_body_that_is_cut_short_is_refused(encoding: str) -> None:
    whole = {
        "lz4": lz4_compress,
        "zstd": zstandard.ZstdCompressor().compress,
        "gzip": gzip.compress,
        "deflate": zlib.compress,
    }[encoding](FRAMES[0])

    with pytest.raises(Refused) as refused:
        inflate(whole[:-3], encoding)

    assert refused.value.code == 271


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(Refused, match="br is unknown"):
        inflate(b"x", "br")


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        (b"", b"SELECT 1", (b"SELECT 1", b"")),
        (
            b"",
            b"INSERT INTO t FORMAT Native\n\x00\n\x01",
            (b"INSERT INTO t FORMAT Native", b"\x00\n\x01"),
        ),
        (b"INSERT INTO t FORMAT CSV", b"1,a\n", (b"INSERT INTO t FORMAT CSV", b"1,a\n")),
        (b"", b"INSERT INTO t VALUES (1)", (b"INSERT INTO t VALUES (1)", b"")),
        (b"SELECT", b"1", (b"SELECT\n1", b"")),
    ],
)
def test_rows_are_told_from_their_statement(
    query: bytes, body: bytes, expected: tuple[bytes, bytes]
) -> None:
    assert split(query, body) == expected


def test_a_refusal_has_the_engines_code() -> None:
    assert Refused("Query failed: Code: 60. DB::Exception: Unknown table").code == 60
