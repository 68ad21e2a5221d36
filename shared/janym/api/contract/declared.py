"""All declared routes, by the function that answers them."""

import importlib
import pkgutil

from janym.api import contract
from janym.api.contract.route import Route


def by_function() -> dict[str, tuple[Route, ...]]:
    """Give the routes of each module here that has some, in alphabetical order."""
    found: dict[str, tuple[Route, ...]] = {}
    for module in pkgutil.iter_modules(contract.__path__):
        loaded = importlib.import_module(f"{contract.__name__}.{module.name}")
        routes = getattr(loaded, "ROUTES", ())
        if routes:
            found[module.name] = routes
    return found


def every() -> list[Route]:
    """Give all routes, function by function."""
    return [route for routes in by_function().values() for route in routes]
