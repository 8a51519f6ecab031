"""The version of aib2packer, as pyproject.toml has it."""

__version__ = "0.1.0"
