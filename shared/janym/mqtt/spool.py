"""Messages that wait on disk, oldest first, in files that are deleted once they are read.

    order: 8 bytes · topic: 1 byte, its place in the topic table · length: 4 bytes · the message

The files live no longer than the process: what a former one left belongs to a session that is over.
"""

import shutil
import struct
from collections import deque
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from janym.domain.topics import TOPICS, Topic

HEADER = struct.Struct(">QBI")
SEGMENT_BYTES = 1024 * 1024
PLACES = {topic: place for place, topic in enumerate(TOPICS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One message as it waits on disk."""

    order: int
    topic: Topic
    body: bytes


@dataclass(slots=True)
class _Segment:
    path: Path
    written: int = 0
    """Bytes."""
    unread: int = 0
    """Records."""


@dataclass(slots=True)
class Spool:
    """A queue on disk. It holds open two files, and nothing of the messages in memory."""

    folder: Path
    size: int = 0
    """Bytes of the messages that wait; the files may hold one segment more that is read already."""
    _number: int = 0
    _segments: deque[_Segment] = field(default_factory=deque[_Segment])
    _writer: FileIO | None = None
    _reader: BinaryIO | None = None

    def __post_init__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def __len__(self) -> int:
        return sum(segment.unread for segment in self._segments)

    def append(self, record: Record) -> None:
        """Write a message behind all others.

        Raises:
            OSError: the disk does not take it; the queue is as it was.
        """
        if self._writer is None or self._segments[-1].written >= SEGMENT_BYTES:
            self._begin()
        segment, writer = self._segments[-1], self._writer
        header = HEADER.pack(record.order, PLACES[record.topic], len(record.body))
        content = header + record.body
        if writer is None or writer.seek(segment.written) != segment.written:
            raise OSError("the segment cannot be written where it ends")
        if writer.write(content) != len(content):
            raise OSError("the disk took a part of a message")
        segment.written += len(content)
        segment.unread += 1
        self.size += len(record.body)

    def pop(self) -> Record:
        """Remove and return the oldest.

        Raises:
            IndexError: nothing waits.
            OSError: the disk does not give back what it took.
        """
        self._skip_read()
        segment = self._segments[0]
        self._reader = self._reader or segment.path.open("rb")
        content = self._reader.read(HEADER.size)
        if len(content) != HEADER.size:
            raise OSError(f"{segment.path} ends before its last message")
        header: tuple[int, int, int] = HEADER.unpack(content)
        order, place, length = header
        body = self._reader.read(length)
        segment.unread -= 1
        self.size -= length
        self._skip_read()
        return Record(order=order, topic=TOPICS[place], body=body)

    def close(self) -> None:
        """Delete everything."""
        for file in (self._reader, self._writer):
            if file:
                file.close()
        self._reader = self._writer = None
        self._segments.clear()
        self.size = 0
        shutil.rmtree(self.folder, ignore_errors=True)

    def _begin(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self._number:06d}"
        # Unbuffered: a message is on disk or refused by the time that `append` returns.
        writer = path.open("wb", buffering=0)
        if self._writer:
            self._writer.close()
        self._number += 1
        self._writer = writer
        self._segments.append(_Segment(path))

    def _skip_read(self) -> None:
        """Delete files whose messages are all read."""
        while self._segments and not self._segments[0].unread:
            done = self._segments.popleft()
            if self._reader:
                self._reader.close()
                self._reader = None
            if not self._segments and self._writer:
                self._writer.close()
                self._writer = None
            done.path.unlink()
