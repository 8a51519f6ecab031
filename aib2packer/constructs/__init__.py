"""Each AIB construct knows its keys and their fate, how it is read, and how Packer says it."""
