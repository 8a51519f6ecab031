"""This folder checks what a project needs before its first build; it queries az and Packer and changes nothing."""
