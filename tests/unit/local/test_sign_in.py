"""The laptop's sign-in: a code for the terminal alone, used once, by who asked for it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from local.sign_in import CLIENT, Asked, Codes, Person, Refused, challenge_of, page, read_person

TERMINAL = "https://localhost:8443"
VERIFIER = "v" * 64
QUERY = {
    "client_id": CLIENT,
    "response_type": "code",
    "redirect_uri": f"{TERMINAL}/signed-in",
    "state": "s1",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
    "nonce": "n1",
}
ANA = Person(user="ana", organization="acme", role="trader")


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def given(codes: Codes) -> dict[str, str]:
    """Ask for a code; return the form that exchanges it."""
    address = codes.give(Asked.read(QUERY, terminal=TERMINAL), ANA)
    back = parse_qs(urlsplit(address).query)
    assert back["state"] == ["s1"]
    return {
        "grant_type": "authorization_code",
        "code": back["code"][0],
        "redirect_uri": QUERY["redirect_uri"],
        "client_id": CLIENT,
        "code_verifier": VERIFIER,
    }


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_code_is_worth_who_was_chosen() -> None:
    codes = Codes(Hand())
    grant = codes.take(given(codes))
    assert (grant.person, grant.nonce) == (ANA, "n1")


def test_a_code_works_once() -> None:
    codes = Codes(Hand())
    form = given(codes)
    codes.take(form)
    with pytest.raises(Refused, match="used"):
        codes.take(form)


def test_a_code_grows_old() -> None:
    hand = Hand()
    codes = Codes(hand)
    form = given(codes)
    hand.at += timedelta(minutes=1)
    with pytest.raises(Refused, match="older"):
        codes.take(form)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code_verifier", "w" * 64),
        ("redirect_uri", "https://evil.example/signed-in"),
        ("client_id", "other"),
        ("grant_type", "password"),
        ("code", "guess"),
    ],
)
def test_a_stolen_code_is_worth_nothing(field: str, value: str) -> None:
    codes = Codes(Hand())
    form = given(codes)
    with pytest.raises(Refused):
        codes.take(form | {field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("redirect_uri", "https://evil.example/signed-in"),
        ("redirect_uri", f"{TERMINAL}/signed-in/../x"),
        ("client_id", "other"),
        ("response_type", "token"),
        ("code_challenge_method", "plain"),
        ("code_challenge", ""),
    ],
)
def test_only_this_stacks_terminal_may_ask(field: str, value: str) -> None:
    with pytest.raises(Refused):
        Asked.read(QUERY | {field: value}, terminal=TERMINAL)


def test_a_stack_without_a_terminal_signs_nobody_in() -> None:
    with pytest.raises(Refused):
        Asked.read(QUERY, terminal=None)


@pytest.mark.parametrize(
    ("field", "value"), [("user", " "), ("organization", "o" * 65), ("role", "owner")]
)
def test_a_person_has_a_name_an_organization_and_a_role_of_ours(field: str, value: str) -> None:
    form = {"user": "ana", "organization": "acme", "role": "viewer"}
    assert read_person(form).role == "viewer"
    with pytest.raises(Refused, match=field):
        read_person(form | {field: value})


def test_the_page_repeats_nothing_as_markup() -> None:
    assert b"<script>" not in page("<script>")
