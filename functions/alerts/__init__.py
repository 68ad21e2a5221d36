"""Rules, channels and alerts over HTTP."""
