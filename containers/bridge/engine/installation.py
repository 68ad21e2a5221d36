"""Which Hummingbot is installed, and where it believes to live.

Hummingbot computes its paths and imports every connector under its root while it is imported
itself, so `relocate` comes before any other part of it.
"""

import importlib.metadata
import os
import sys
from pathlib import Path
from types import ModuleType

import hummingbot
from engine.connectors import CONNECTORS
from engine.protocol import Fatal

SUPPORTED = ("20260922",)
NAMED_MODULES = 5

# Moves configuration files of old releases, of which there are none here. Importing it brings
# SciPy, a fifth of the engine's memory, which of our strategies only Avellaneda's uses.
MIGRATIONS = "hummingbot.client.config.conf_migration"
MIGRATION_NAMES = ("migrate_configs", "migrate_non_secure_configs_only", "migrate_strategies_only")


class Refused(Exception):
    """The engine cannot start or cannot stop as asked; becomes the `fatal` line."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.report = Fatal(code=code, message=message)


def probe() -> str:
    """Hummingbot's version, where it is one that the adapter was written for. Raises Refused."""
    version = importlib.metadata.version("hummingbot")
    if version not in SUPPORTED:
        known = ", ".join(SUPPORTED)
        raise Refused("UNSUPPORTED_VERSION", f"Hummingbot {version} is not one of {known}")
    return version


def relocate(work_dir: Path, connector: str) -> None:
    """Move Hummingbot's root to the work directory, where it finds one connector alone.

    A root with all of them would import all of them: twice the time and memory at the start.
    Raises Refused for a connector that this engine was not tested with.
    """
    if connector not in CONNECTORS:
        known = ", ".join(CONNECTORS)
        raise Refused("UNSUPPORTED_CONNECTOR", f"{connector} is not one of {known}")
    installed = Path(hummingbot.__file__).parent
    exchanges = work_dir / "hummingbot" / "connector" / "exchange"
    exchanges.mkdir(parents=True, exist_ok=True)
    link = exchanges / connector
    if not link.is_symlink():
        link.symlink_to(installed / "connector" / "exchange" / connector)
    hummingbot.root_path = lambda: work_dir
    hummingbot.set_prefix_path(str(work_dir))
    hummingbot.set_data_path(str(work_dir / "data"))
    os.chdir(work_dir)
    _leave_migrations_out()


def _leave_migrations_out() -> None:
    module = ModuleType(MIGRATIONS)
    for name in MIGRATION_NAMES:
        setattr(module, name, None)
    sys.modules[MIGRATIONS] = module


def compiled_modules() -> list[str]:
    """A few of Hummingbot's compiled modules that this process has mapped, as paths."""
    names = (name for name in sys.modules if name.startswith("hummingbot."))
    paths = {str(getattr(sys.modules[name], "__file__", "")) for name in names}
    return sorted(path for path in paths if path.endswith(".so"))[:NAMED_MODULES]
