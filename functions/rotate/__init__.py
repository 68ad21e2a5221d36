"""Stored exchange keys encrypted anew."""
