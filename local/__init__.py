"""The cloud on one machine: real servers and small stand-ins for the rest."""
