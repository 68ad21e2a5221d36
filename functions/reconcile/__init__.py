"""What is wanted compared with what is."""
