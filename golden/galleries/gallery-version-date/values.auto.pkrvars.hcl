# Packer reads this file automatically. Uncomment each line and fill it in.

# gallery    = "" # Gallery of the image definition, name of the image definition.
# definition = "" # Gallery of the image definition, name of the image definition.
