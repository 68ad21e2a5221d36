"""Whether a frame that nobody understands is one that was understandable when it was sent."""

import msgspec


def is_cut_off(frame: bytes) -> bool:
    """Tell whether a frame begins as data do and does not end so: JSON, or anything binary.

    Words such as `pong`, and data of a kind that nobody reads, are whole.
    """
    if not frame.startswith((b"{", b"[")):
        return b"" < frame[:1] < b" "
    try:
        msgspec.json.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return True
    return False
