"""This folder knows how a part of a template is written into the Packer project."""
