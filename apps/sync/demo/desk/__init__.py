"""Writing to the demo: documents inserted, saved, submitted, cancelled, deleted and renamed (WRITING.md)."""
