# Packer reads this file by itself. Uncomment each line and fill it in.

# x = "" # The template's {{ x }}, in customize[0].name.
