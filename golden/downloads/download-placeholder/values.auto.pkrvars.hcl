# Packer reads this file automatically. Uncomment each line and fill it in.

# storage_account = "" # <storage account> in the template: part of the URL of the file of step setup.
# release         = "" # <release> in the template: part of the URL of the file of step page, used in step page.
