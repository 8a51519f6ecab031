"""This folder knows how two Packer projects are read back and compared."""
