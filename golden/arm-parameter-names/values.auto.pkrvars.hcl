# Packer reads this file by itself. Uncomment each line and fill it in.

# ImageName = "" # The template's parameter ImageName.
