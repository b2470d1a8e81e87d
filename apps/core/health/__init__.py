"""Whether this process lives, and whether the whole installation can do its work."""
