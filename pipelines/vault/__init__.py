"""A room of the house; its door is being made."""
