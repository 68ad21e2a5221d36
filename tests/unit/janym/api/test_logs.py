"""How much of a rejected message is shown, and as what."""

import base64

import pytest

from janym.api.logs import SHOWN_BYTES, RejectedView
from janym.domain.telemetry import Rejected
from tests.fakes.clock import NOON


def shown(body: bytes) -> RejectedView:
    return RejectedView.of(
        Rejected(
            topic="hbot/b/status", bot="b", client_id=None, reason="no", body=body, received_at=NOON
        )
    )


def test_text_is_shown_as_text() -> None:
    view = shown(b'{"v": 1')

    assert (view.body, view.encoding, view.truncated) == ('{"v": 1', "text", False)


def test_bytes_that_are_no_text_are_shown_as_base64() -> None:
    view = shown(b"\xff\x00")

    assert (base64.b64decode(view.body), view.encoding) == (b"\xff\x00", "base64")


@pytest.mark.parametrize("character", ["x", "é", "€", "𝄞"])
def test_a_long_body_is_cut_between_characters(character: str) -> None:
    body = ("a" + character * SHOWN_BYTES).encode()
    view = shown(body)

    assert (view.truncated, view.encoding, view.body_bytes) == (True, "text", len(body))
    assert body.decode().startswith(view.body)
    assert SHOWN_BYTES - 4 < len(view.body.encode()) <= SHOWN_BYTES
