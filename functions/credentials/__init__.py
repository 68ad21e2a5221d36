"""Exchange keys over HTTP."""
