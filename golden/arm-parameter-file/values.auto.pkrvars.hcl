# Packer reads this file by itself. Uncomment each line and fill it in.

source = {
  publisher = "Debian"
  offer     = "debian-12"
  sku       = "12-gen2"
}
location = "northeurope"
cores    = 8
regions  = ["northeurope"]

# image_version = "" # Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it.
