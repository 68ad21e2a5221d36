"""Asking for what was just committed to be passed on now, and not within the minute."""

from collections.abc import Callable

from janym.domain.errors import Unavailable
from janym.ports.bus import Functions


def push_events(functions: Functions, *, report: Callable[[str], None]) -> None:
    """Have events pushed to open sockets; where nobody takes it, the minute does it."""
    try:
        functions.push_events()
    except Unavailable as away:
        report(f"events are left to the minute: {away}")


def deliver_alerts(functions: Functions, *, report: Callable[[str], None]) -> None:
    """Have alerts carried to people; where nobody takes it, the minute does it."""
    try:
        functions.deliver_alerts()
    except Unavailable as away:
        report(f"alerts are left to the minute: {away}")


def publish_events(functions: Functions, *, report: Callable[[str], None]) -> None:
    """Have events published to integrators; where nobody takes it, the minute does it."""
    try:
        functions.publish_events()
    except Unavailable as away:
        report(f"integrators are left to the minute: {away}")
