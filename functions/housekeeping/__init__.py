"""Tables kept ready and kept small."""
