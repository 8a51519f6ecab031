"""This folder knows the reference pages, which are made from what the code declares."""
