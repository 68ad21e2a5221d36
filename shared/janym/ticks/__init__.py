"""ClickHouse: the long memory of metrics and logs."""
