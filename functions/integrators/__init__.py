"""Programs outside that read events, over HTTP."""
