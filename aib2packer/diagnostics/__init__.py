"""This folder knows the findings: what is wrong with a template, where, and under which stable code."""
