"""This folder generates the reference pages from the declarations in the code."""
