"""What bots are made from."""
