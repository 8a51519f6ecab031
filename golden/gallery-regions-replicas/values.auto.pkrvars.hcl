# Packer reads this file by itself. Uncomment each line and fill it in.

# first  = "" # The template's parameter first.
# second = "" # The template's parameter second.
