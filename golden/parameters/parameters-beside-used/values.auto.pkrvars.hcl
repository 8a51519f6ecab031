source = {
  publisher = "Debian"
  offer     = "debian-12"
  sku       = "12-gen2"
}
location = "northeurope"
cores    = 8
regions  = ["northeurope"]
