# Packer reads this file by itself. Uncomment each line and fill it in.

# x = "" # {{ x }} in the template: used in step 1.
