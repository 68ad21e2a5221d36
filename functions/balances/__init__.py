"""What accounts hold, by the clock."""
