# Packer reads this file by itself. Uncomment each line and fill it in.

source = {
  publisher = "Debian"
  offer     = "debian-12"
  sku       = "12"
}
location          = "uksouth"
cores             = 2
regions           = ["uksouth"]
excludeFromLatest = true
suffix            = "42"

# image_version = "" # Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it.
