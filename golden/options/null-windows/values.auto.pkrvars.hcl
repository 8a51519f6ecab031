# Packer reads this file automatically. Uncomment each line and fill it in.

# winrm_host = "" # Name or address of the Windows machine to run the steps on.

# Secrets are not written here. Set them in the environment: PKR_VAR_winrm_password
