"""This folder knows how a comparison of two logs is written: for people, for programs, for a pull request."""
