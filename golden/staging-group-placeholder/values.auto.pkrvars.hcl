# Packer reads this file by itself. Uncomment each line and fill it in.

# staging_group = "" # The template's <stagingGroup>, in stagingResourceGroup.
