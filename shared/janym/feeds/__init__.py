"""What the sessions of all venues share; a venue adds its words and facts."""
