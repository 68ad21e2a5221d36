"""What is measured, each beside a peer where there is one; `python -m benchmarks` runs all."""
