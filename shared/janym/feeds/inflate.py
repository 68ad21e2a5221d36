"""Frames that venues compress by themselves, as gzip or zlib, into what they hold.

ISA-L does it where it is installed, which takes two thirds of the time, and zlib where it is not.
"""

from types import ModuleType

LARGEST = 16 * 1024 * 1024
"""No book message comes near; a frame that grows beyond it is not one."""

GZIP_OR_ZLIB = 15 | 32
"""The largest window, and whichever of the two it is."""
COMPRESSED = (b"\x1f\x8b", b"\x78")
"""How gzip and zlib begin; no text of a venue does."""


def _library() -> ModuleType:
    try:
        from isal import isal_zlib  # noqa: PLC0415 - may be absent
    except ImportError:
        import zlib  # noqa: PLC0415 - as above

        return zlib
    return isal_zlib


LIBRARY = _library()


def inflated(frame: bytes, library: ModuleType = LIBRARY) -> bytes:
    """Undo the compression; text that is not compressed is left as it is.

    Args:
        frame: what a venue sent.
        library: zlib, or what has its names.

    Raises:
        ValueError: the frame is cut off, damaged or far too large.
    """
    if not frame.startswith(COMPRESSED):
        return frame
    undo = library.decompressobj(GZIP_OR_ZLIB)
    try:
        text: bytes = undo.decompress(frame, LARGEST)
    except library.error as error:
        raise ValueError(f"not compressed as this venue does it: {error}") from error
    if not undo.eof:
        raise ValueError("compressed text that is cut off, or too large")
    return text
