"""What a bot can be made of, over HTTP."""
