"""Where the terminal's screens are."""

SCREENS = (
    "/",
    "/bots",
    "/bots/new",
    "/keys",
    "/markets?exchange=binance&market=spot",
    "/markets/instruments",
    "/markets/collectors",
    "/orders",
    "/alerts",
    "/alerts/rules",
    "/alerts/channels",
    "/audit",
    "/settings",
    "/nowhere",
)
