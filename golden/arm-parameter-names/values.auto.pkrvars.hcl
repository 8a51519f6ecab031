# Packer reads this file by itself. Uncomment each line and fill it in.

# ImageName = "" # Used in step configure.
