"""No exchange key is in any log, answer or row, however it is written."""

import base64
from urllib.parse import quote

import pytest

from janym.domain.errors import VenueRefused
from tests.fakes import life
from tests.fakes.functions import Functions
from tests.fakes.world import ADMIN, KEY

CANARY = "canary/Sekret+9c1f"


def spellings(secret: str) -> list[str]:
    """The ways in which a secret may have been written down."""
    raw = secret.encode()
    return [secret, quote(secret, safe=""), raw.hex(), base64.b64encode(raw).decode()[:-4]]


def leaks(text: str) -> list[str]:
    return [each for each in spellings(CANARY) if each in text]


def test_the_search_finds_a_leak() -> None:
    assert all(leaks(f"a {spelling} b") for spelling in spellings(CANARY))


def test_a_whole_life_leaks_no_key(
    functions: Functions,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """S0-027, S0-060, S0-133, S0-156."""
    monkeypatch.setattr(life, "SECRET", CANARY)

    life.live(functions)

    written = capfd.readouterr()
    assert leaks(written.out + written.err + caplog.text) == []
    assert leaks(repr(functions.world.units.tables)) == []


def test_a_key_that_the_venue_chokes_on_is_not_in_the_log(
    functions: Functions, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    functions.world.create_organization()
    functions.world.venue.refusal = RuntimeError("unexpected")
    body = {"exchange": "binance", "api_key": CANARY, "api_secret": CANARY}

    answer = functions.http("POST /api/exchanges/credentials", body)

    written = capfd.readouterr()
    assert answer.status == 500
    assert leaks(answer.text + written.out + written.err + caplog.text) == []


def test_what_becomes_of_a_key_leaks_it_nowhere(
    functions: Functions, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """S0-134, S2-066: replaced, encrypted anew, checked, refused, audited and deleted."""
    world = functions.world
    world.create_organization()
    path = f"/api/exchanges/credentials/{world.create_credential().id}"
    key = path.rpartition("/")[2]
    answers = [functions.http(f"PUT {path}", {"api_key": CANARY, "api_secret": CANARY}).text]
    answers += [repr(functions.invoke("rotate", {"credential_id": key}))]
    answers += [repr(functions.invoke("venue_check", {"credential_id": key}))]
    world.vault.denied = True
    answers += [repr(functions.invoke("rotate", {"all": True}))]
    world.vault.denied = False
    world.venue.refusal = VenueRefused("binance", "-2014", "API-key format invalid.")
    answers += [repr(functions.invoke("venue_check", {"credential_id": key}))]
    answers += [functions.http(f"GET {path}").text, functions.http(f"DELETE {path}").text]
    answers += [functions.http("GET /api/audit", caller=ADMIN).text]

    written = capfd.readouterr()
    assert "credential.rotate" in answers[-1]
    assert leaks("".join(answers) + written.out + written.err + caplog.text) == []
    assert leaks(repr(world.units.tables)) == []


def test_a_key_shows_itself_to_nobody() -> None:
    assert KEY.api_secret not in repr(KEY)
    assert KEY.api_key not in repr(KEY)
