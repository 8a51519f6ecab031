"""Findings know what is said about a template, where, and under which stable code."""
