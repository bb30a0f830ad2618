"""Template tags of the actions app."""
