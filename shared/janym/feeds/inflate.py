"""Frames that venues compress by themselves, as gzip or zlib, into what they hold."""

import zlib

LARGEST = 16 * 1024 * 1024
"""No book message comes near; a frame that grows beyond it is not one."""

GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
COMPRESSED = (b"\x1f\x8b", b"\x78")
"""How gzip and zlib begin; no text of a venue does."""


def inflated(frame: bytes) -> bytes:
    """Undo the compression; text that is not compressed is left as it is.

    Raises:
        ValueError: the frame is cut off, damaged or far too large.
    """
    if not frame.startswith(COMPRESSED):
        return frame
    undo = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        text = undo.decompress(frame, LARGEST)
    except zlib.error as error:
        raise ValueError(f"not compressed as this venue does it: {error}") from error
    if not undo.eof:
        raise ValueError("compressed text that is cut off, or too large")
    return text
