# Packer reads this file automatically. Uncomment each line and fill it in.

# names = "" # {{ names }} in the template: used in step 2.
