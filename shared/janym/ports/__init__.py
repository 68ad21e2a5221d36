"""What use cases may ask of the world, as Protocols."""
