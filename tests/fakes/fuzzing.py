"""Schemathesis over the published OpenAPI: every check that API Gateway leaves to the functions."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import schemathesis
from schemathesis import engine
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.transport.wsgi import WSGITransport

from tests.fakes.published import DOCUMENT
from tests.fakes.recorder import Stage, acting
from tests.fakes.served import TOKEN, Served

SEED = 20261121
OF_HTTP_CLIENTS = {"cert", "max_redirects", "proxies", "verify"}
"""Options that Schemathesis hands to every transport, and werkzeug's client does not know."""
VALID_AND_REFUSED = ["2xx", "400", "403", "404", "409", "422", "503"]
"""How a request that fits its schema may end: it can still ask for what is not there (404), not now
(409), not of this exchange (422, 503), or write a number of more digits than anybody needs (400).
"""


@dataclass(kw_only=True)
class Found:
    """What came of it."""

    cases: int = 0
    faults: list[str] = field(default_factory=list[str])


def fuzz(stage: Stage, *, examples: int) -> Found:
    """Send at least so many cases to every operation, always the same ones."""
    found = Found()
    with acting(stage, prefix="fuzz") as functions, _quiet():
        served = Served(functions)
        for event in engine.from_schema(_schema(served, examples)).execute():
            if isinstance(event, NonFatalError | FatalError):
                found.faults.append(str(getattr(event, "info", event)))
            elif isinstance(event, ScenarioFinished):
                found.faults.extend(_faults(event))
        found.cases = served.requests
    return found


def _schema(served: Served, examples: int) -> Any:
    schema = schemathesis.openapi.from_dict(deepcopy(DOCUMENT))  # it writes into what it is given
    schema.app = served
    config = schema.config
    config.seed = SEED
    config.headers = {"Authorization": f"Bearer {TOKEN}"}
    config.continue_on_failure = True
    config.generation.update(max_examples=examples, deterministic=True)
    config.checks.unsupported_method.enabled = False  # the gateway's answer, and it says 404
    config.checks.positive_data_acceptance.expected_statuses = VALID_AND_REFUSED
    return schema


def _faults(event: ScenarioFinished) -> Generator[str]:
    recorder = cast("Any", event.recorder)
    for key, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                case, answer = recorder.cases[key].value, recorder.interactions.get(key)
                told = answer.response.content[:300] if answer and answer.response else None
                yield (
                    f"{recorder.label}: {check.name}: {check.failure_info.failure.title}\n"
                    f"  {case.formatted_path} {case.query} {case.body!r:.500}\n  {told!r}\n"
                    f"  {check.failure_info.failure.message:.500}"
                )


@contextmanager
def _quiet() -> Generator[None]:
    """Say nothing of requests that are refused by the thousand."""
    send = cast("Any", WSGITransport).send

    def without_options(self: WSGITransport, case: Any, **options: Any) -> Any:
        known = {name: value for name, value in options.items() if name not in OF_HTTP_CLIENTS}
        return send(self, case, **known)

    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(WSGITransport, "send", without_options)
            yield
    finally:
        logging.disable(before)
