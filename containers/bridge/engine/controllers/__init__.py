"""Our own controllers for Hummingbot's V2 framework, one module each."""

from engine.controllers.grid import GridConfig
from engine.controllers.pmm import PmmConfig

CONFIGS = {"grid": GridConfig, "pmm": PmmConfig}
"""The class that reads each controller's configuration, by the strategy's name."""
