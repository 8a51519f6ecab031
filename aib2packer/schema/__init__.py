"""This folder knows how the keys of an AIB object are declared and read, and what each API version accepts."""
