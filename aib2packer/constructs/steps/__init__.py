"""Each module knows one customizer or validator."""
