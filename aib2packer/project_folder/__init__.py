"""This folder knows what stands on disk: the record of a conversion, and how projects are written."""
