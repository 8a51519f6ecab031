# Packer reads this file by itself. Uncomment each line and fill it in.

# names = "" # The template's {{ names }}, in customize[1].name.
