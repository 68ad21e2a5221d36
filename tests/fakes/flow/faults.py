"""What goes wrong between a venue and its listener, and what the listener's book is worth then."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from janym.book.law import Source
from janym.feeds.feed import VenueFeed
from tests.fakes.flow.line import Line
from tests.fakes.flow.truth import Step

PATIENCE = 30
"""Messages within which a book has to be right again, when everything is answered."""


@dataclass(slots=True)
class Tally:
    """What became of the faults."""

    noticed: Counter[str] = field(default_factory=Counter[str])
    harmless: Counter[str] = field(default_factory=Counter[str])
    silent: list[str] = field(default_factory=list[str])
    """Books that were wrong, and shown as right after the message that followed the fault."""
    lost: list[str] = field(default_factory=list[str])
    """Books that did not come back."""

    @property
    def faults(self) -> int:
        return self.noticed.total() + self.harmless.total() + len(self.silent) + len(self.lost)


class Ordeal:
    """Faults, one after the other, on one line."""

    def __init__(self, feed: VenueFeed, seed: int, *, blind: bool = False) -> None:
        self.random = Random(f"{feed.venue} {feed.market} {seed}")  # noqa: S311 - faults, not secrets
        self.line = Line(feed, self.random, blind=blind)
        self.name = f"{feed.venue} {feed.market} seed {seed}"
        self._wrong = 0

    def run(self, count: int, tally: Tally, *, only: str | None = None) -> None:
        faults = (
            [FAULTS[only]] if only else [fault for fault in FAULTS.values() if fault is not None]
        )
        self._settle(tally, "start")
        for _ in range(count):
            fault = self.random.choice(faults)
            before, self._wrong = self.line.stream.gaps, 0
            silent = fault(self) or self._observe(3)
            kind = fault.__name__.lstrip("_")
            if silent:
                tally.silent.append(f"{self.name}: {kind} at {self.line.stream.sequence}")
                self._again()
            elif self.line.stream.gaps > before or not self.line.is_live:
                tally.noticed[kind] += 1
            else:
                tally.harmless[kind] += 1
            self._settle(tally, kind)

    def check(self) -> bool:
        """Look at the book after an arrival; True if it is wrong and was so before, unnoticed."""
        wrong = self.line.is_live and not self.line.is_right()
        self._wrong = self._wrong + 1 if wrong else 0
        return self._wrong > 1

    def _observe(self, messages: int) -> bool:
        """Let messages arrive as they are sent."""
        for _ in range(messages):
            self.line.deliver(self.line.truth.step())
            if self.check():
                return True
        return False

    def _settle(self, tally: Tally, kind: str) -> None:
        """Answer everything, until the book is right."""
        line = self.line
        for _ in range(PATIENCE):
            if line.wants_snapshot:
                line.answer(line.truth.past[-1])
            line.deliver(line.truth.step())
            line.wait(0)
            if line.is_live and line.is_right():
                return
            if not line.is_live and not line.wants_snapshot:
                line.wait(11_000_000_000)
        tally.lost.append(f"{self.name}: after {kind}")
        self._again()

    def _again(self) -> None:
        self.line.close()
        self.line.heard = None
        self.line.open()

    # ---- what goes wrong

    def drop(self) -> bool:
        for _ in range(self.random.randint(1, 3)):
            self.line.truth.step()
        return False

    def duplicate(self) -> bool:
        steps = [step for step in self.line.truth.past if self._was_heard(step)]
        old = steps[-self.random.randint(1, min(5, len(steps)))]
        self.line.deliver(old)
        return self.check()

    def swap(self) -> bool:
        first, second = self.line.truth.step(), self.line.truth.step()
        for step in (second, first):
            self.line.deliver(step)
            if self.check():
                return True
        return False

    def truncate(self) -> bool:
        frame = self.line.writing.frame(self.line.truth.step())
        self.line.arrive(frame[: self.random.randrange(1, len(frame))])
        return self.check()

    def stall(self) -> bool:
        """Nothing comes for too long; then it goes on, or something is missing."""
        self.line.wait(self.line.silence_ns)
        if self.line.is_live:
            return True
        if self.random.random() < 0.5:
            self.line.truth.step()
        return False

    def late_snapshot(self) -> bool:
        """A whole book comes that is older than what was heard since."""
        line = self.line
        old = line.truth.past[-self.random.randint(2, 10)]
        if line.law.source is Source.STREAM:
            if self.random.random() < 0.5:
                line.truth.step()
                self._observe(1)
            line.deliver(old, whole=True)
            return self.check()
        line.truth.step()
        if self._observe(self.random.randint(1, 3)):
            return True
        line.answer(old)
        return self.check()

    def reconnect(self) -> bool:
        """The connection goes, and goes again while the book waits for its snapshot."""
        line = self.line
        before = line.fetch
        line.close()
        missed = [line.truth.step() for _ in range(self.random.randint(0, 3))]
        line.open()
        if self._observe(self.random.randint(0, 2)):
            return True
        late = line.fetch or before
        line.close()
        line.open()
        line.fetch = late
        if missed and self.random.random() < 0.5:
            line.answer(missed[0])
        return self.check()

    def digits(self) -> bool:
        """A digit changes where the venue's law can see it: in the levels, or in the numbers."""
        line = self.line
        step = line.truth.step()
        parts = line.writing.parts(step)
        layout = line.layout
        if line.law.checksum is not None:
            side = layout.bids if parts[layout.bids] else layout.asks
            price, size = parts[side][0]
            parts[side] = [(price, _other(self.random, size)), *parts[side][1:]]
        else:
            numbered = {path for path in (layout.first, layout.final, layout.previous) if path}
            path = self.random.choice(sorted(numbered, key=str))
            parts[path] = int(_other(self.random, str(parts[path])))
        line.heard = step
        line.arrive(line.writing.sealed(line.writing.bare(parts)))
        return self.check()

    def _was_heard(self, step: Step) -> bool:
        return self.line.heard is not None and step.final <= self.line.heard.final


Fault = Callable[[Ordeal], bool]

FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        Ordeal.drop,
        Ordeal.duplicate,
        Ordeal.swap,
        Ordeal.truncate,
        Ordeal.stall,
        Ordeal.late_snapshot,
        Ordeal.reconnect,
        Ordeal.digits,
    )
}


def _other(random: Random, text: str) -> str:
    """Change one digit of a text."""
    at = random.choice([index for index, letter in enumerate(text) if letter.isdigit()])
    digit = random.choice([letter for letter in "0123456789" if letter != text[at]])
    return text[:at] + digit + text[at + 1 :]
