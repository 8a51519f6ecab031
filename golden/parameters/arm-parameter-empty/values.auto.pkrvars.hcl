# Packer reads this file automatically. Uncomment each line and fill it in.

suffix       = ""
owner        = ""
identityName = ""

# location = "" # Region of the build and the managed image.
# group    = "" # Resource group of the managed image.
