"""Results as text and bytes: one file a format. Reads results only."""
