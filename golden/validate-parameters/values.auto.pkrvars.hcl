# Packer reads this file by itself. Uncomment each line and fill it in.

galleryImageId = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base"
outputName     = "base"

# image_version = "" # Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it.
