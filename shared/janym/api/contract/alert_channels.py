"""Routes of `functions/alert_channels`."""

from http import HTTPStatus

from janym.api.alerts import ChangeChannel, ChannelView, CreateChannel, DeliveryView
from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.requests import PageQuery, WholeQuery
from janym.domain.organization import Role

ROUTES = (
    Route(
        call="GET /api/alerts/channels",
        summary="List the ways by which alerts go, their secrets masked",
        query=PageQuery,
        answer=ListView[ChannelView],
    ),
    Route(
        call="POST /api/alerts/channels",
        summary="Keep a way by which alerts go, its secrets encrypted",
        role=Role.TRADER,
        body=CreateChannel,
        idempotent=True,
        status=HTTPStatus.CREATED,
        answer=ChannelView,
        problems=("ALREADY_EXISTS", "ORGANIZATION_MISSING", "KEY_ACCESS_DENIED"),
        example=Example(
            body={
                "label": "On call",
                "target": {
                    "kind": "webhook",
                    "url": "https://hooks.example.com/janym",
                    "secret": "a-secret-of-the-example",
                },
                "quiet_hours": {"begin": "22:00", "end": "07:00", "zone": "Europe/Berlin"},
            }
        ),
    ),
    Route(
        call="PUT /api/alerts/channels/{channel_id}",
        summary="Name a channel anew, set its quiet hours, or let it rest",
        role=Role.TRADER,
        body=ChangeChannel,
        answer=ChannelView,
        problems=("ALREADY_EXISTS",),
        example=Example(body={"enabled": False}),
    ),
    Route(
        call="DELETE /api/alerts/channels/{channel_id}",
        summary="Forget a channel",
        role=Role.TRADER,
        status=HTTPStatus.NO_CONTENT,
        answer=None,
    ),
    Route(
        call="POST /api/alerts/channels/{channel_id}/test",
        summary="Have a channel told something, to see whether it arrives",
        role=Role.TRADER,
        idempotent=True,
        status=HTTPStatus.ACCEPTED,
        answer=DeliveryView,
    ),
    Route(
        call="GET /api/alerts/channels/{channel_id}/deliveries",
        summary="List what went by a channel, newest first, and how far",
        query=WholeQuery,
        answer=ListView[DeliveryView],
    ),
)
