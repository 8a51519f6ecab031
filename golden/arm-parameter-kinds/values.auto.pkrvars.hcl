# Packer reads this file by itself. Uncomment each line and fill it in.

# location = "" # Region to build in.
