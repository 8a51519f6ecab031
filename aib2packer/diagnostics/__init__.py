"""Findings: what is said about a template, where, under which stable code, and in which form it is printed."""
