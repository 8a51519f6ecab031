# Packer reads this file automatically. Uncomment each line and fill it in.

# env = "" # Used in step configure. One of: dev, prod.
