"""Exchange keys over HTTP: masked, with what their exchange says of them."""

import pytest

from janym.domain.errors import Unavailable, VenueFault, VenueMaintenance, VenueRefused
from tests.fakes.functions import Functions
from tests.fakes.world import KEY

NEW = {"exchange": "binance", "api_key": "key-abcd", "api_secret": "secret"}


@pytest.mark.parametrize("fault", VenueFault)
def test_why_a_new_key_is_refused_has_a_code(functions: Functions, fault: VenueFault) -> None:
    """S0-030, S2-067: nothing is stored."""
    functions.world.create_organization()
    functions.world.venue.refusal = VenueRefused("binance", "-2015", "Invalid API-key.", fault)

    answer = functions.http("POST /api/exchanges/credentials", NEW)

    assert (answer.status, answer.json["code"]) == (422, fault.value)
    assert functions.world.units.tables.credentials == {}


def test_an_exchange_that_is_closed_is_no_bad_key(functions: Functions) -> None:
    functions.world.create_organization()
    functions.world.venue.refusal = VenueMaintenance("closed", retry_after_s=60)

    answer = functions.http("POST /api/exchanges/credentials", NEW)

    assert (answer.status, answer.json["code"]) == (503, "VENUE_MAINTENANCE")
    assert answer.headers["Retry-After"] == "60"


def test_a_stored_key_says_how_it_is_and_never_what_it_is(functions: Functions) -> None:
    """S0-060, S0-122."""
    functions.world.create_organization()
    stored = functions.world.create_credential()
    functions.world.venue.refusal = VenueRefused(
        "binance", "-2014", "API-key format invalid.", VenueFault.BAD_KEY
    )
    told = functions.invoke("venue_check", {"credential_id": str(stored.id)})

    seen = functions.http(f"GET /api/exchanges/credentials/{stored.id}")

    assert told["error"]["code"] == "VENUE_BAD_KEY"
    assert (seen.json["state"], seen.json["reason"]) == ("refused", "VENUE_BAD_KEY")
    assert seen.json["api_key"] == "••••1234"
    assert KEY.api_key not in seen.text
    assert KEY.api_secret not in seen.text


def test_a_key_is_replaced_rotated_and_deleted_by_its_exchange(functions: Functions) -> None:
    """S0-029, S0-062."""
    functions.world.create_organization()
    stored = functions.world.create_credential()
    path = f"/api/exchanges/credentials/{stored.id}"

    replaced = functions.http(f"PUT {path}", {"api_key": "other-wxyz", "api_secret": "s"})
    rotated = functions.http(f"POST {path}/rotate")
    other = functions.http("DELETE /api/exchanges/credentials/binance", query={"label": "other"})
    deleted = functions.http("DELETE /api/exchanges/credentials/binance")

    assert (replaced.status, replaced.json["api_key"]) == (200, "••••wxyz")
    assert (rotated.status, functions.world.functions.rotated) == (200, [stored.id])
    assert (other.status, deleted.status) == (404, 204)
    assert functions.http(f"GET {path}").status == 404
    assert functions.world.units.tables.credentials == {}


def test_the_rotating_function_answers_who_waits_and_works_alone(functions: Functions) -> None:
    """K-05."""
    world = functions.world
    world.create_organization()
    stored = world.create_credential()
    world.clock.advance(minutes=1)

    assert functions.invoke("rotate", {"credential_id": str(stored.id)}) == {}
    first = world.units.tables.credentials[stored.id].encrypted_at
    world.clock.advance(minutes=1)
    assert functions.invoke("rotate", {"all": True}) == {}
    assert world.units.tables.credentials[stored.id].encrypted_at != first
    world.vault.denied = True
    told = functions.invoke("rotate", {"credential_id": str(stored.id)})
    assert told["error"]["code"] == "KEY_ACCESS_DENIED"


def test_rotating_fails_aloud_where_a_key_could_not_be_encrypted_anew(
    functions: Functions,
) -> None:
    """K-05: nobody else would hear of it before the old key of KMS is gone."""
    functions.world.create_organization()
    functions.world.create_credential()
    functions.world.clock.advance(minutes=1)
    functions.world.vault.denied = True

    with pytest.raises(Unavailable, match="1 keys left to the next run, 0 encrypted anew"):
        functions.invoke("rotate", {"all": True})

    with functions.world.units(None) as uow:
        (job,) = uow.jobs.list()
    assert (job.name, job.state) == ("rotate", "failed")


def test_the_daily_check_is_noted_as_work_done(functions: Functions) -> None:
    functions.world.create_organization()
    stored = functions.world.create_credential()
    functions.world.clock.advance(minutes=25 * 60)

    functions.invoke("key_check", {})

    assert functions.world.functions.checked == [stored.id]
    with functions.world.units(None) as uow:
        (job,) = uow.jobs.list()
    assert (job.name, job.state, job.detail) == ("key_check", "done", "asked about 1 keys")


def test_addresses_to_allow_are_shown(functions: Functions) -> None:
    seen = functions.http("GET /api/exchanges/addresses")

    assert seen.json["items"] == [
        {"egress_shard": 0, "address": "203.0.113.10"},
        {"egress_shard": 1, "address": "203.0.113.11"},
    ]
