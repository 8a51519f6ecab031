"""This folder knows how files are downloaded at conversion."""
