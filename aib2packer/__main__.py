"""``python -m aib2packer``."""

from aib2packer.cli import run

if __name__ == "__main__":
    run()
