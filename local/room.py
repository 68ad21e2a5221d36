"""Room on the disk of a stack: asked for before a start, and watched while it runs."""

import asyncio
import errno
import shutil
from collections.abc import Callable

from local.layout import Stack

MIB = 1024 * 1024
LEAST_TO_START = 300 * MIB
"""A new cluster takes 80, its logs and the first hours of history the rest."""
LEAST_TO_GO_ON = 100 * MIB
"""Below it the stores are close to refusing writes."""
LOOK_EVERY_S = 5.0

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
MAKE_ROOM = (
    "Make room and start again, or start elsewhere with `janym up --home DIR`; "
    "`make clean-local` forgets the stack's data."
)

Say = Callable[[str], None]


def left(stack: Stack) -> int:
    """Return the free bytes on the disk where the stack is, or will be."""
    place = next(folder for folder in (stack.home, *stack.home.parents) if folder.exists())
    return shutil.disk_usage(place).free


def require(stack: Stack) -> None:
    """Refuse to begin on a disk on which the stores could not write. Raises ValueError."""
    free = left(stack)
    if free < LEAST_TO_START:
        raise ValueError(
            f"the disk of {stack.home} has {free // MIB} MiB left, and a stack needs "
            f"{LEAST_TO_START // MIB}.\n{MAKE_ROOM}"
        )


class Watch:
    """Says once that the disk gets full, and once that there is room again."""

    def __init__(self, stack: Stack, *, say: Say) -> None:
        self._stack = stack
        self._say = say
        self._low = False

    async def run(self, *, caught_up: Callable[[], None]) -> None:
        """Look for ever; `caught_up` is called at each look that finds room."""
        while True:
            if self.look():
                caught_up()
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self) -> bool:
        """Tell whether there is room."""
        free = left(self._stack)
        low = free < LEAST_TO_GO_ON
        if low and not self._low:
            self._say(
                f"! disk: {free // MIB} MiB are left for {self._stack.home}. When it is full, "
                "components end rather than lose what they were told.\n"
                "  Make room; what ended meanwhile comes back with `janym restart COMPONENT`."
            )
        if self._low and not low:
            self._say(f"disk: there is room again, {free // MIB} MiB.")
        self._low = low
        return not low
