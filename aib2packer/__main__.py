"""``python -m aib2packer``."""

from aib2packer.cli import main

if __name__ == "__main__":
    main()
