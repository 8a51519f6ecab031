# Packer reads this file automatically. Uncomment each line and fill it in.

# greeting = "" # Used in step greet.
