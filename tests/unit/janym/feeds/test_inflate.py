"""Compressed frames are undone alike by each library, or refused by both (S4-022)."""

import gzip
import zlib
from random import Random
from types import ModuleType

import pytest
from isal import isal_zlib

from janym.feeds import inflate
from janym.feeds.inflate import LARGEST, inflated
from tests.fakes.flow.variants import variant

TEXT = b'{"ch":"market.btcusdt.mbp.400","tick":{"bids":[[61800.2,0.015]],"asks":[]}}' * 5
PACKED = (gzip.compress(TEXT), zlib.compress(TEXT), TEXT)
LIBRARIES = pytest.mark.parametrize("library", [zlib, isal_zlib], ids=["zlib", "isal"])


def test_the_faster_one_is_used_where_it_is_installed() -> None:
    assert inflate.LIBRARY is isal_zlib


@LIBRARIES
@pytest.mark.parametrize("frame", PACKED, ids=["gzip", "zlib", "plain"])
def test_whatever_it_is_packed_with_the_text_comes_out(library: ModuleType, frame: bytes) -> None:
    assert inflated(frame, library) == TEXT


@LIBRARIES
@pytest.mark.parametrize(
    "frame",
    [
        gzip.compress(TEXT)[:-9],
        gzip.compress(TEXT)[:12],
        gzip.compress(TEXT)[:-8] + bytes(8),
        b"\x1f\x8b",
        b"\x78\x9cnothing",
        gzip.compress(bytes(LARGEST + 1)),
    ],
    ids=["cut off", "hardly begun", "another sum", "two bytes", "damaged", "too large"],
)
def test_what_is_not_whole_is_refused(library: ModuleType, frame: bytes) -> None:
    with pytest.raises(ValueError, match="compressed"):
        inflated(frame, library)


def test_both_say_the_same_of_spoilt_frames() -> None:
    chance = Random(7)  # noqa: S311 - spoils frames
    for _ in range(3_000):
        frame = variant(chance.choice(PACKED[:2]), chance)

        assert _said(frame, zlib) == _said(frame, isal_zlib), frame


def _said(frame: bytes, library: ModuleType) -> bytes | None:
    try:
        return inflated(frame, library)
    except ValueError:
        return None
