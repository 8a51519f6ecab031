# Packer reads this file automatically. Uncomment each line and fill it in.

# gallery = "" # Part of the id of the image definition.
