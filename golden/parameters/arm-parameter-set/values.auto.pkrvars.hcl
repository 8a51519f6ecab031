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
