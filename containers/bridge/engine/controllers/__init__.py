"""Our own controllers for Hummingbot's V2 framework, one module each."""
