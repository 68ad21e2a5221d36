"""What bots were made of, and what they are made from."""
