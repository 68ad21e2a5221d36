"""The terminal's files beside the API, on one origin."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local.aws import pages

ISSUER, LIVE = "http://127.0.0.1:9000", "wss://localhost:9001"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build, and a secret beside it."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>the page</title>")
    (folder / "assets" / "a-1.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


def ask(build: Path, path: str, method: str = "GET") -> tuple[int, str, dict[str, Any]]:
    async def api(_: web.Request) -> web.Response:
        return web.Response(text="the API", status=418)

    async def run() -> tuple[int, str, dict[str, Any]]:
        app = web.Application(middlewares=[pages.terminal(build, issuer=ISSUER, live=LIVE)])
        app.router.add_route("*", "/{path:.*}", api)
        async with TestClient(TestServer(app)) as client:
            answer = await client.request(method, path)
            return answer.status, await answer.text(), dict(answer.headers)

    return asyncio.run(run())


@pytest.mark.parametrize("path", ["/", "/bots", "/bots/0b9c/x", "/signed-in?code=1.2"])
def test_every_place_is_the_one_page(build: Path, path: str) -> None:
    status, text, headers = ask(build, path)
    assert (status, text) == (200, "<title>the page</title>")
    assert headers["Cache-Control"] == "no-cache"


def test_files_with_their_hash_are_kept_for_ever(build: Path) -> None:
    status, text, headers = ask(build, "/assets/a-1.js")
    assert (status, text) == (200, "1")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_nothing_runs_but_what_comes_from_here(build: Path) -> None:
    _, _, headers = ask(build, "/")
    policy = dict(
        directive.strip().partition(" ")[::2]
        for directive in headers["Content-Security-Policy"].split(";")
    )
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"].split() == ["'self'", ISSUER, LIVE]
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/api/bots", "/docs", "/openapi.json"])
def test_the_api_answers_for_itself(build: Path, path: str) -> None:
    assert ask(build, path)[:2] == (418, "the API")


def test_what_changes_something_goes_to_the_api(build: Path) -> None:
    assert ask(build, "/", "POST")[0] == 418


@pytest.mark.parametrize(
    "path", ["/assets/none.js", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"]
)
def test_there_is_no_other_file(build: Path, path: str) -> None:
    status, text, _ = ask(build, path)
    assert status == 404
    assert "secret" not in text


def test_without_a_build_there_is_the_api_alone(tmp_path: Path) -> None:
    assert ask(tmp_path, "/")[0] == 418
