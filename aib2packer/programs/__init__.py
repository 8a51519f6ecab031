"""This folder runs az and Packer for those who ask them; it knows what az means by a failure."""
