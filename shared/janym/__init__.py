"""Janym: the library behind the functions and the containers."""
