"""Orders and executions over HTTP."""
