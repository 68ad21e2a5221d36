"""The daily check of stored exchange keys."""
