# Packer reads this file automatically. Uncomment each line and fill it in.

# gallery    = "" # Gallery of the image definition.
# definition = "" # Name of the image definition.
