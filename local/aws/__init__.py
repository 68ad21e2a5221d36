"""The AWS half of the laptop: the same template, served by real processes on loopback."""
