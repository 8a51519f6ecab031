# Packer reads this file automatically. Uncomment each line and fill it in.

# account = "" # Storage account with the scripts.
