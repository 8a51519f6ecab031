# Packer reads this file automatically. Uncomment each line and fill it in.

# reader          = "" # <reader> in the template: name of the identity of the build VM.
# storage_account = "" # <storage account> in the template: part of the URL of the file of step set up.
# release         = "" # <release> in the template: part of the URL of the file of step page, used in step page.
