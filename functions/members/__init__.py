"""Members of an organization over HTTP."""
