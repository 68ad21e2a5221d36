"""Exact order books: the ladder of levels, the laws by which messages follow, the raw frames."""
