"""Bicep: a compiler makes JSON of a file, and each value of the JSON gets its place in that file."""
