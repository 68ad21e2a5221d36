"""Long-running services, one folder each."""
