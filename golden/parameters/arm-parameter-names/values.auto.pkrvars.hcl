# Packer reads this file automatically. Uncomment each line and fill it in.

# ImageName = "" # Used in step configure.
