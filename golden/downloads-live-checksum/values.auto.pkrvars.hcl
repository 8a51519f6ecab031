# Packer reads this file by itself. Uncomment each line and fill it in.

# other = "" # SHA-256 of the file of step page.
