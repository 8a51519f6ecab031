# Packer reads this file automatically. Uncomment each line and fill it in.

# location = "" # Region of the build and the managed image.
# subnetId = "" # Id of the subnet.
# group    = "" # Resource group of the managed image.

suffix       = ""
owner        = ""
identityName = ""
