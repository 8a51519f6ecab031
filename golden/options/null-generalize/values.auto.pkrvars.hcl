# Packer reads this file automatically. Uncomment each line and fill it in.

# ssh_host             = "" # Name or address of the Linux machine to run the steps on.
# ssh_private_key_file = "" # File with the private key of that user.
