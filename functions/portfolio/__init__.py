"""What an organization owns over HTTP."""
