"""Who an order belongs to, written into its client order id.

A venue shows client order ids long after a process is dead, so the first ten characters say whose
order it is: `jn`, the bot's tag, the session and the engine start within it, both modulo 36.
Hummingbot appends the rest. 36 characters is Binance's limit, 32 Hummingbot's for Binance.
"""

import string

from janym.domain.ids import BotId

OWNER = "jn"
TAG_LENGTH = 6
PREFIX_LENGTH = len(OWNER) + TAG_LENGTH + 2
DIGITS = string.digits + string.ascii_lowercase


def tag_of(bot: BotId, attempt: int = 0) -> str:
    """Derive a bot's tag from its id; `attempt` gives others when a tag is taken."""
    number = (bot.int + attempt) % 36**TAG_LENGTH
    tag = ""
    for _ in range(TAG_LENGTH):
        number, digit = divmod(number, 36)
        tag += DIGITS[digit]
    return tag


def prefix(tag: str, *, session: int, engine_start: int) -> str:
    """Give the ten characters that all orders of one engine process start with."""
    return f"{OWNER}{tag}{DIGITS[session % 36]}{DIGITS[engine_start % 36]}"


def of_session(client_order_id: str, tag: str, session: int) -> bool:
    """Tell whether an order is of a bot's session, or of one that is a multiple of 36 away."""
    return client_order_id.startswith(f"{OWNER}{tag}{DIGITS[session % 36]}")


def belongs_to(client_order_id: str, tag: str) -> bool:
    """Tell whether an order is the bot's, whichever of its processes placed it."""
    return client_order_id.startswith(f"{OWNER}{tag}")
