"""A bot's life as the platform sees it, told by the real bridge process."""

from tests.integration.bridge.conftest import Start


def test_it_claims_connects_runs_and_publishes(start: Start) -> None:
    """S0-084, S0-085, S0-087, S0-098, S0-103, S0-104."""
    task = start(refusals=(425, 503))

    running = task.platform.wait("status", status="running")
    metrics = task.platform.wait("metrics")

    assert running.body["session"] == 7
    assert task.platform.wait("status/ready").body["engine_version"] == "scripted"
    assert metrics.body["balance"] == {"total": "5600", "available": "5500", "locked": "100"}
    assert task.noted("start")["client_order_id_prefix"] == "jnabc12371"
    assert "AWS4-HMAC-SHA256 Credential=AKIDTASK" in task.claims.signatures[-1]
