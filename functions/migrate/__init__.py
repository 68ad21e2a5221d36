"""The databases' schemas."""
