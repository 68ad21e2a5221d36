"""Exchanges' protocols without a socket, one folder per venue with the same file names in each."""
