"""The collector of `collecting` on a machine where books are not compiled."""

import runpy
import sys

if __name__ == "__main__":
    sys.modules["fastbook"] = None  # type: ignore[assignment] - as if it were not installed
    runpy.run_module("tests.soak.collecting", run_name="__main__")
