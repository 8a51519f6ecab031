"""This folder knows projects on disk: the record of a conversion, and how their files are written."""
