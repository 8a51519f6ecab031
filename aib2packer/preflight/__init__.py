"""Looks in Azure, by az, for what a project needs before its first build; az and Packer are asked, and nothing is changed."""
