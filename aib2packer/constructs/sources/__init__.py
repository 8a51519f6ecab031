"""Each module knows one source of an image."""
