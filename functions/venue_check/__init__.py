"""What is left of a bot at its exchange."""
