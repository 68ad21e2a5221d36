"""A run claims what it may know."""
