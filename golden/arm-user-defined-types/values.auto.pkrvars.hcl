# Packer reads this file by itself. Uncomment each line and fill it in.

# env = "" # The template's parameter env. One of: dev, prod.
