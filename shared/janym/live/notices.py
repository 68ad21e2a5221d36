"""Telling people by webhook, Slack, Telegram, PagerDuty and mail, in each one's own words.

Slack:      https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
Telegram:   https://core.telegram.org/bots/api#sendmessage (1-4096 characters; 429 waits)
PagerDuty:  https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ (202 is taken)
"""

import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Protocol

from janym.domain.alert import Channel, ChannelKind, Notice, Occasion
from janym.live.egress import AddressRefused, Answer, NoAnswer
from janym.ports.alerts import NeverTaken, NotTaken
from janym.ports.clock import Clock

SIGNATURE = "Janym-Signature"
"""`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>` under the channel's secret."""

PUBLIC = {
    ChannelKind.TELEGRAM: "https://api.telegram.org",
    ChannelKind.PAGERDUTY: "https://events.pagerduty.com",
}
LONGEST_TEXT = 4_000
MAIL_TIMEOUT_S = 10.0
AGAIN = frozenset({408, 425, 429})
"""Refusals that pass by waiting."""


class Way(Protocol):
    """The way out: `janym.live.egress.Egress`."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in. With a user it is sent under TLS only."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """`ports.alerts.Notifier`.

    Args:
        mail: None where no mail server is configured.
        origins: where services answer that have one address for all.
    """

    egress: Way
    clock: Clock
    mail: MailServer | None
    origins: Mapping[ChannelKind, str]

    def send(self, channel: Channel, secrets: Mapping[str, str], notice: Notice) -> None:
        match channel.kind:
            case ChannelKind.WEBHOOK:
                self._webhook(secrets, notice)
            case ChannelKind.SLACK:
                self._post(secrets["url"], {"text": text_of(notice)})
            case ChannelKind.TELEGRAM:
                origin = self.origins[ChannelKind.TELEGRAM]
                said = {"chat_id": secrets["chat_id"], "text": text_of(notice)}
                self._post(f"{origin}/bot{secrets['bot_token']}/sendMessage", said)
            case ChannelKind.PAGERDUTY:
                origin = self.origins[ChannelKind.PAGERDUTY]
                self._post(f"{origin}/v2/enqueue", incident_of(notice, secrets["routing_key"]))
            case ChannelKind.EMAIL:
                self._mail(secrets["to"], notice)

    def _webhook(self, secrets: Mapping[str, str], notice: Notice) -> None:
        body = json.dumps(event_of(notice)).encode()
        at = str(int(self.clock.now().timestamp()))
        self._sent(secrets["url"], body, {SIGNATURE: signature(secrets["secret"], at, body)})

    def _post(self, url: str, body: dict[str, Any]) -> None:
        self._sent(url, json.dumps(body).encode(), {})

    def _sent(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        told = {"Content-Type": "application/json", "User-Agent": "Janym", **headers}
        try:
            answer = self.egress.post(url, body, told)
        except AddressRefused as refused:
            raise NeverTaken(str(refused)) from refused
        except NoAnswer as silent:
            raise NotTaken(str(silent)) from None
        _require_taken(answer)

    def _mail(self, to: str, notice: Notice) -> None:
        if self.mail is None:
            raise NeverTaken("this platform has no mail server: see the guide to alerts")
        message = EmailMessage()
        message["From"], message["To"] = self.mail.sender, to
        message["Subject"] = f"[{notice.severity}] {notice.title}"[:200].replace("\n", " ")
        message["Message-ID"] = f"<{notice.delivery}@{self.mail.sender.partition('@')[2]}>"
        message.set_content(text_of(notice))
        try:
            with smtplib.SMTP(self.mail.host, self.mail.port, timeout=MAIL_TIMEOUT_S) as server:
                if self.mail.user is not None and self.mail.password is not None:
                    server.starttls(context=ssl.create_default_context())
                    server.login(self.mail.user, self.mail.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            raise NeverTaken("the mail server refuses the address") from refused
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(f"the mail server does not take it ({type(error).__name__})") from error


def signature(secret: str, at: str, body: bytes) -> str:
    """Sign a webhook's body together with the time, so that an old one cannot be sent again."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def event_of(notice: Notice) -> dict[str, Any]:
    """Give what a webhook gets."""
    return {
        "delivery_id": notice.delivery,
        "event": f"alert.{notice.occasion}",
        "at": notice.at.isoformat(),
        "alert": {
            "alert_id": notice.id,
            "kind": notice.kind,
            "severity": notice.severity.value,
            "title": notice.title,
            "organization": notice.organization,
            "bot_id": notice.bot,
            "facts": notice.facts,
        },
    }


def incident_of(notice: Notice, routing_key: str) -> dict[str, Any]:
    """Give what PagerDuty gets: an alert's end closes the incident that its beginning opened."""
    told: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": "resolve" if notice.occasion is Occasion.RESOLVED else "trigger",
        "dedup_key": notice.id,
    }
    if notice.occasion is not Occasion.RESOLVED:
        told["payload"] = {
            "summary": notice.title[:1024],
            "source": notice.bot or notice.organization,
            "severity": notice.severity.value,
            "timestamp": notice.at.isoformat(),
            "component": notice.kind,
            "custom_details": notice.facts,
        }
    return told


def text_of(notice: Notice) -> str:
    """Give a notice as people read it."""
    lines = [f"[{notice.severity}] {notice.title}", f"at {notice.at.isoformat()}"]
    lines += [f"{name}: {value}" for name, value in notice.facts.items() if value is not None]
    return "\n".join(lines)[:LONGEST_TEXT]


def _require_taken(answer: Answer) -> None:
    if 200 <= answer.status < 300:
        return
    if 300 <= answer.status < 400:
        raise NeverTaken("the address answers with a redirect, which is not followed")
    said = f"answered {answer.status}"
    if answer.status >= 500 or answer.status in AGAIN:
        raise NotTaken(said)
    raise NeverTaken(said)
