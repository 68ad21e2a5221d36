"""Signing in at the laptop's issuer: OIDC's authorization code with PKCE, and its page.

The page asks who one wants to be and believes it, as `janym token` does: whoever reaches this
machine's loopback may be anybody. What follows is what every provider does: a code for the one
address that the terminal has, used once, against the verifier that asked for it.
https://www.rfc-editor.org/rfc/rfc7636
"""

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlencode

CALLBACK = "/signed-in"
CLIENT = "janym"
CODE_LIFETIME = timedelta(minutes=1)
ROLES = {
    "admin": "may do everything",
    "trader": "stores keys, runs bots, halts",
    "viewer": "reads and touches nothing",
}
_LONGEST = 64


class Refused(Exception):
    """The request is none that this issuer grants; the message says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who somebody says to be."""

    user: str
    organization: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a code stands for."""

    person: Person
    redirect_uri: str
    challenge: str
    nonce: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A terminal's request to sign somebody in."""

    redirect_uri: str
    state: str
    challenge: str
    nonce: str | None

    @classmethod
    def read(cls, query: Mapping[str, str], *, terminal: str | None) -> "Asked":
        """Read a request.

        Raises:
            Refused: it is not for the terminal of this stack, or not with PKCE.
        """
        if terminal is None or query.get("redirect_uri") != terminal + CALLBACK:
            raise Refused("invalid_request", "redirect_uri is not this stack's terminal")
        if query.get("client_id") != CLIENT or query.get("response_type") != "code":
            raise Refused("invalid_request", f"client_id is {CLIENT}, response_type is code")
        if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
            raise Refused("invalid_request", "a code_challenge of method S256 is needed")
        return cls(
            redirect_uri=query["redirect_uri"],
            state=query.get("state", ""),
            challenge=query["code_challenge"],
            nonce=query.get("nonce"),
        )


def read_person(form: Mapping[str, str]) -> Person:
    """Read who somebody wants to be.

    Raises:
        Refused: a field is missing or too long, or the role is none of ours.
    """
    user, organization = form.get("user", "").strip(), form.get("organization", "").strip()
    for name, value in (("user", user), ("organization", organization)):
        if not 0 < len(value) <= _LONGEST:
            raise Refused("invalid_request", f"{name}: 1 to {_LONGEST} characters")
    if form.get("role") not in ROLES:
        raise Refused("invalid_request", f"role: one of {', '.join(ROLES)}")
    return Person(user=user, organization=organization, role=form["role"])


class Codes:
    """Codes that wait to be exchanged. Each works once, for a minute."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._grants: dict[str, Grant] = {}
        self._lock = threading.Lock()

    def give(self, asked: Asked, person: Person) -> str:
        """Give the address to go back to, with a code in it."""
        code, now = secrets.token_urlsafe(32), self._now()
        grant = Grant(
            person=person,
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            nonce=asked.nonce,
            expires_at=now + CODE_LIFETIME,
        )
        with self._lock:
            self._grants = {k: g for k, g in self._grants.items() if g.expires_at > now}
            self._grants[code] = grant
        return f"{asked.redirect_uri}?{urlencode({'code': code, 'state': asked.state})}"

    def take(self, form: Mapping[str, str]) -> Grant:
        """Exchange a code, which is used up even where the rest does not fit.

        Raises:
            Refused: it is unknown, used, late, or another's.
        """
        if form.get("grant_type") != "authorization_code":
            raise Refused("unsupported_grant_type", "grant_type is authorization_code")
        with self._lock:
            grant = self._grants.pop(form.get("code", ""), None)
        if grant is None or grant.expires_at <= self._now():
            raise Refused("invalid_grant", "the code is unknown, used or older than a minute")
        if form.get("redirect_uri") != grant.redirect_uri or form.get("client_id") != CLIENT:
            raise Refused("invalid_grant", "the code was given to somebody else")
        if not hmac.compare_digest(challenge_of(form.get("code_verifier", "")), grant.challenge):
            raise Refused("invalid_grant", "the code_verifier does not fit the code_challenge")
        return grant


def challenge_of(verifier: str) -> str:
    """Return a verifier's S256 challenge."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


STYLE = """
body{font:16px/1.5 system-ui,sans-serif;background:#0b0f15;color:#e8edf4;margin:0}
main{max-width:26rem;margin:10vh auto;padding:1rem}
label{display:block;margin:1rem 0 .25rem}
fieldset{border:1px solid #2d3949;border-radius:.5rem;margin:1rem 0 0}
fieldset label{margin:.25rem 0}
input:not([type=radio]){width:100%;box-sizing:border-box;padding:.5rem;font:inherit;color:inherit;
background:#121822;border:1px solid #2d3949;border-radius:.4rem}
button{margin-top:1.25rem;padding:.6rem 1.2rem;font:inherit;font-weight:600;border:0;
border-radius:.4rem;background:#7fb2ff;color:#08111f}
:focus-visible{outline:2px solid #7fb2ff;outline-offset:2px}
p,small{color:#a3b0c2}
"""

STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def policy(terminal: str | None) -> str:
    """Return the page's Content-Security-Policy: one form, to here and on to the terminal."""
    return (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; "
        f"form-action 'self' {terminal or ''}; frame-ancestors 'none'; base-uri 'none'"
    )


def refusal(why: str) -> bytes:
    """Write why there is nothing to sign in to."""
    return f"<!doctype html><title>Cannot sign in</title><p>{escape(why)}</p>".encode()


def page(refused: str | None = None) -> bytes:
    """Write the page; its form goes to the address it came from."""
    roles = "".join(
        f'<label><input type="radio" name="role" value="{role}" required'
        f"{' checked' if role == 'admin' else ''}> {role} <small>{what}</small></label>"
        for role, what in ROLES.items()
    )
    problem = f'<p role="alert">{escape(refused)}</p>' if refused else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in · Janym on this machine</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>
<body><main><h1>Sign in</h1>
<p>This is the sign-in of a stack on this machine. It asks for no password: whoever opens this page
here may be anybody. In your AWS account your own provider stands in its place.</p>{problem}
<form method="post">
<label for="organization">Organization</label>
<input id="organization" name="organization" value="acme" maxlength="{_LONGEST}" required>
<label for="user">User</label>
<input id="user" name="user" value="me" maxlength="{_LONGEST}" required>
<fieldset><legend>Role</legend>{roles}</fieldset>
<button type="submit">Sign in</button>
</form></main></body></html>
""".encode()
