"""What the watchmen work with: those who act for the platform, not for a caller."""

from dataclasses import dataclass

from janym.ports.bus import Bus, Functions
from janym.ports.clock import Clock, Randomness
from janym.ports.launcher import Certificates, Launcher
from janym.ports.unit_of_work import UnitsOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The ports that starting, watching and ending bots needs."""

    units: UnitsOfWork
    clock: Clock
    randomness: Randomness
    bus: Bus
    functions: Functions
    launcher: Launcher
    certificates: Certificates
