"""What bots say, into the long memory."""
