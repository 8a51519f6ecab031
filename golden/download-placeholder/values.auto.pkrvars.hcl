# Packer reads this file by itself. Uncomment each line and fill it in.

# storage_account = "" # The template's <storage account>, in customize[0].scriptUri.
# release         = "" # The template's <release>, in customize[1].sourceUri and 1 more.
