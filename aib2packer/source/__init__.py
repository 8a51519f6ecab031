"""This folder knows how bytes become image templates with places: JSON as ARM reads it, and what wraps a template."""
