"""Raw frames of one connection into its books: the path of every frame that no ear took.

This is the seam for a compiled path: whatever takes a frame's bytes, finds its book, checks the law
and writes the levels, by the same layouts and laws, may stand here.
"""

from collections.abc import Callable, Mapping, Sequence

from janym.book.decoder import Decode
from janym.book.layout import Layout
from janym.book.message import Heard
from janym.book.stream import NOTHING, Events, Stream

Opens = Callable[[str], Stream | None]
"""Give the stream of a token that was not heard of before, or None to leave it alone."""


class Frames:
    """The books of one connection.

    Args:
        kinds: each kind of book message, and what decodes it; the most frequent first.
        opens: asked once for each token that frames name and that no stream stands for; without
            it such frames are left alone.
    """

    def __init__(self, kinds: Sequence[tuple[Layout, Decode]], opens: Opens | None = None) -> None:
        self.layouts = [layout for layout, _ in kinds]
        self._kinds = [(layout.marker, decode) for layout, decode in kinds]
        self._opens = opens
        self._streams: dict[str, Stream | None] = {}
        self.find: Callable[[str], Stream | None] = self._streams.get
        """Give a token's stream, if there is one already."""

    @property
    def streams(self) -> Mapping[str, Stream]:
        """All books, by the token that frames name them by."""
        return {token: stream for token, stream in self._streams.items() if stream is not None}

    def get(self, token: str) -> Stream | None:
        """Give a token's stream, opened if that is how unknown ones are met."""
        if token not in self._streams and self._opens is not None:
            self._streams[token] = self._opens(token)
        return self._streams.get(token)

    def put(self, stream: Stream) -> None:
        """Begin to keep a book; one that is kept already stays as it is."""
        if self._streams.get(stream.token) is None:
            self._streams[stream.token] = stream

    def drop(self, token: str) -> None:
        """Forget a book."""
        self._streams.pop(token, None)

    def apply(self, frame: bytes, at_ns: int) -> Events | None:
        """Write a frame into its books; None when it is no book message that can be read."""
        for marker, decode in self._kinds:
            if frame.find(marker) < 0:  # `in` would try the marker as a number first
                continue
            heard = decode(frame)
            if heard is None:
                continue
            if len(heard) == 1:
                message = heard[0]
                stream = self._streams.get(message.token) or self.get(message.token)
                return NOTHING if stream is None else stream.hear(message, at_ns)
            return [event for message in heard for event in self._hear(message, at_ns)]
        return None

    def _hear(self, message: Heard, at_ns: int) -> Events:
        stream = self.get(message.token)
        return NOTHING if stream is None else stream.hear(message, at_ns)
