source "azure-arm" "web" {
  os_type = "Linux"
}
