"""Each channel in its own words, and what its answers mean."""

import hashlib
import hmac
import json
import socketserver
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from janym.domain.alert import Channel, ChannelId, ChannelKind, Notice, Occasion, Severity
from janym.domain.ids import OrganizationId
from janym.live.egress import AddressRefused, Answer, NoAnswer
from janym.live.notices import PUBLIC, SIGNATURE, MailServer, Notices
from janym.ports.alerts import NeverTaken, NotTaken
from tests.fakes.clock import NOON, FakeClock, FakeRandomness

NOTICE = Notice(
    id="11111111-1111-1111-1111-111111111111",
    delivery="22222222-2222-2222-2222-222222222222",
    occasion=Occasion.RAISED,
    severity=Severity.CRITICAL,
    kind="bot_error",
    title="maker is in error: ENGINE_DIED",
    organization="acme",
    bot="33333333-3333-3333-3333-333333333333",
    at=NOON,
    facts={"name": "maker", "reason": "ENGINE_DIED", "detail": None},
)


OK = Answer(status=200, headers={}, text="ok")


class Asked:
    """A way out that remembers, and answers as a test says."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any], Mapping[str, str], bytes]] = []
        self.answer: Answer | Exception = OK

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.sent.append((url, json.loads(body), headers, body))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def channel(kind: ChannelKind) -> Channel:
    return Channel(
        id=ChannelId(FakeRandomness().uuid()),
        organization=OrganizationId("acme"),
        kind=kind,
        label="desk",
        hint="",
        sealed=b"",
        quiet=None,
        enabled=True,
        created_at=NOON,
        updated_at=NOON,
    )


def notices(way: Asked, mail: MailServer | None = None) -> Notices:
    return Notices(egress=way, clock=FakeClock(), mail=mail, origins=PUBLIC)


@pytest.fixture
def way() -> Asked:
    return Asked()


def send(way: Asked, kind: ChannelKind, secrets: dict[str, str], notice: Notice = NOTICE) -> Any:
    notices(way).send(channel(kind), secrets, notice)
    return way.sent[-1]


def test_a_webhook_is_signed_with_its_time(way: Asked) -> None:
    """S0-160: whoever knows the secret can tell ours from others, and old from new."""
    secrets = {"url": "https://hooks.example.com/x", "secret": "sixteen letters!"}
    url, told, headers, body = send(way, ChannelKind.WEBHOOK, secrets)
    at, _, signed = headers[SIGNATURE].partition(",v1=")
    expected = hmac.new(
        b"sixteen letters!", at.removeprefix("t=").encode() + b"." + body, hashlib.sha256
    )

    assert url == secrets["url"]
    assert at == f"t={int(NOON.timestamp())}"
    assert hmac.compare_digest(signed, expected.hexdigest())
    assert told["event"] == "alert.raised"
    assert told["alert"]["facts"]["reason"] == "ENGINE_DIED"
    assert "sixteen" not in body.decode()


def test_slack_gets_a_text(way: Asked) -> None:
    """S0-163."""
    url, told, _, _ = send(
        way, ChannelKind.SLACK, {"url": "https://hooks.slack.com/services/T/B/x"}
    )

    assert url == "https://hooks.slack.com/services/T/B/x"
    assert told["text"].startswith("[critical] maker is in error: ENGINE_DIED\n")
    assert "detail" not in told["text"], "what is unknown is left out"


def test_telegram_gets_a_message_to_the_chat(way: Asked) -> None:
    url, told, _, _ = send(way, ChannelKind.TELEGRAM, {"bot_token": "1:ab", "chat_id": "-7"})

    assert url == "https://api.telegram.org/bot1:ab/sendMessage"
    assert told["chat_id"] == "-7"
    assert len(told["text"]) <= 4096


def test_pagerduty_closes_the_incident_that_it_opened(way: Asked) -> None:
    """S0-163."""
    secrets = {"routing_key": "r" * 32}
    way_out = send(way, ChannelKind.PAGERDUTY, secrets)[1]
    over = replace(NOTICE, occasion=Occasion.RESOLVED)
    ended = send(way, ChannelKind.PAGERDUTY, secrets, over)[1]

    assert way.sent[0][0] == "https://events.pagerduty.com/v2/enqueue"
    assert (way_out["event_action"], ended["event_action"]) == ("trigger", "resolve")
    assert way_out["dedup_key"] == ended["dedup_key"] == NOTICE.id
    assert way_out["payload"]["severity"] == "critical"
    assert "payload" not in ended


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (Answer(status=500, headers={}, text=""), NotTaken),
        (Answer(status=429, headers={}, text=""), NotTaken),
        (NoAnswer("silence"), NotTaken),
        (Answer(status=404, headers={}, text=""), NeverTaken),
        (Answer(status=400, headers={}, text=""), NeverTaken),
        (Answer(status=302, headers={}, text=""), NeverTaken),
        (AddressRefused("10.0.0.1 is no public address"), NeverTaken),
    ],
)
def test_what_an_answer_means(way: Asked, answer: Any, meaning: type[Exception]) -> None:
    way.answer = answer
    with pytest.raises(NotTaken) as refused:
        send(way, ChannelKind.SLACK, {"url": "https://hooks.slack.com/services/SECRETPART"})

    assert type(refused.value) is meaning
    assert "SECRETPART" not in str(refused.value)


@dataclass
class Postbox:
    """A real SMTP server that keeps what is handed in."""

    port: int
    letters: list[str] = field(default_factory=list[str])
    refuses: bool = False


@pytest.fixture
def postbox() -> Generator[Postbox]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline().decode().strip():
                verb = line.partition(" ")[0].upper()
                if verb == "DATA":
                    self.say("354 go on")
                    letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                    box.letters.append(letter.decode())
                refused = verb == "RCPT" and box.refuses
                self.say("550 nobody" if refused else "221 bye" if verb == "QUIT" else "250 ok")

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        box = Postbox(port=server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()


def test_a_mail_is_handed_in(way: Asked, postbox: Postbox) -> None:
    """S0-163."""
    server = MailServer(host="127.0.0.1", port=postbox.port, sender="alerts@example.com")
    notices(way, server).send(channel(ChannelKind.EMAIL), {"to": "ana@example.com"}, NOTICE)
    [letter] = postbox.letters

    assert "Subject: [critical] maker is in error: ENGINE_DIED" in letter
    assert "To: ana@example.com" in letter
    assert "reason: ENGINE_DIED" in letter


def test_a_mail_server_that_refuses_the_address_is_not_asked_again(
    way: Asked, postbox: Postbox
) -> None:
    postbox.refuses = True
    server = MailServer(host="127.0.0.1", port=postbox.port, sender="alerts@example.com")
    with pytest.raises(NeverTaken, match="refuses the address"):
        notices(way, server).send(channel(ChannelKind.EMAIL), {"to": "no@example.com"}, NOTICE)


def test_without_a_mail_server_a_mail_fails_at_once(way: Asked) -> None:
    with pytest.raises(NeverTaken, match="no mail server"):
        notices(way).send(channel(ChannelKind.EMAIL), {"to": "ana@example.com"}, NOTICE)
