"""Runs over files: which they are, how each is read and converted, and where its projects are written."""
