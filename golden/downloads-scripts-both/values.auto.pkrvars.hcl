# Packer reads this file by itself. Uncomment each line and fill it in.

# account = "" # Storage account with the scripts.
