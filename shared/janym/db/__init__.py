"""PostgreSQL: connections, units of work, and the schema they stand on."""
