# Packer reads this file by itself. Uncomment each line and fill it in.

# other = "" # The template's parameter other.
