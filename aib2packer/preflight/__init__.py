"""This folder knows what a project needs before its first build, and asks az and Packer for it without a change."""
