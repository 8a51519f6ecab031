# Packer reads this file by itself. Uncomment each line and fill it in.

# location = "" # The template's parameter location.
