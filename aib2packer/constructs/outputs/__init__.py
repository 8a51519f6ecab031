"""Each module knows one output."""
