"""Routes of `functions/live`."""

from http import HTTPStatus

from janym.api.contract.route import Route
from janym.api.live import TicketView

ROUTES = (
    Route(
        call="POST /api/live/tickets",
        summary="Get a ticket that opens one WebSocket, once, within thirty seconds",
        status=HTTPStatus.CREATED,
        answer=TicketView,
        problems=("ORGANIZATION_MISSING",),
    ),
)
