"""Looking for broken rules."""
