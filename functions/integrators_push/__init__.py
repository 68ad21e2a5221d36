"""Publishing events to programs outside."""
