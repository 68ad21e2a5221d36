"""The broker's files, as they are generated."""

from pathlib import Path

import pytest

from janym.domain import topics
from janym.domain.topics import Direction, Ingest
from local import clock, mosquitto, pki
from local.mosquitto import Broker
from local.readers import Readers

LINES = mosquitto.access_list(Readers(Path("nowhere"))).splitlines()


@pytest.mark.parametrize("topic", topics.TOPICS, ids=lambda topic: topic.suffix)
def test_each_topic_of_the_table_has_one_right(topic: topics.Topic) -> None:
    full = f"hbot/%u/{topic.suffix}"
    if topic.direction is Direction.TO_BOT:
        expected = f"pattern read {full}"
    elif topic.ingest is Ingest.TELEMETRY:
        expected = f"pattern write $aws/rules/janym_telemetry/{full}"
    else:
        expected = f"pattern write {full}"

    assert [line for line in LINES if line.endswith(f"/%u/{topic.suffix}")] == [expected]


def test_there_is_no_right_beside_the_table() -> None:
    patterns = [line for line in LINES if line.startswith("pattern")]

    assert len(patterns) == len(topics.TOPICS)
    assert not any(mark in line for line in patterns for mark in "+#")


def test_files_of_the_broker_stay_in_its_folder(tmp_path: Path) -> None:
    broker = Broker(folder=tmp_path / "data", pki=tmp_path / "pki", port=18883)
    pki.create(broker.pki, at=clock.now())
    broker.write()

    settings = broker.configuration.read_text().splitlines()

    assert f"persistence_location {tmp_path}/data/" in settings
    assert "require_certificate true" in settings
    assert "use_username_as_clientid true" in settings
    assert f"message_size_limit {topics.MAX_PAYLOAD_BYTES}" in settings
    assert "listener 18883 127.0.0.1" in settings


def test_a_machine_without_apt_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(mosquitto.NotInstalled, match=r"install mosquitto 2\.x"):
        mosquitto.install(tmp_path / "mosquitto")


def test_an_apt_that_fails_is_named_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("apt-get", "dpkg"):
        (programs / name).write_text("#!/bin/sh\necho 'E: no network' >&2\nexit 100\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))

    with pytest.raises(mosquitto.NotInstalled, match=r"no network.*apt install mosquitto"):
        mosquitto.install(tmp_path / "mosquitto")

    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["bin"]


def test_the_systems_own_broker_needs_no_library_path() -> None:
    assert mosquitto.libraries(Path("/usr/sbin/mosquitto")) == {}
