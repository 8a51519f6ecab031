# Packer reads this file by itself. Uncomment each line and fill it in.

# serviceLocation = "" # The template's parameter serviceLocation.
