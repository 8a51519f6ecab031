"""One module for each AIB construct: its keys and their fate, how it is read, how Packer says it."""
