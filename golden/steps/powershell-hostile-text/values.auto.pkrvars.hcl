# Packer reads this file automatically. Uncomment each line and fill it in.

# x = "" # {{ x }} in the template: used in step 1.
