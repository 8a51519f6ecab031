# Packer reads this file by itself. Uncomment each line and fill it in.

# env = "" # Used in step configure. One of: dev, prod.
