# The validators of template.json, in a VM made from the image; nothing is kept.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type = "Windows"

  shared_image_gallery {
    subscription   = "00000000-0000-0000-0000-000000000001"
    resource_group = "rg-images"
    gallery_name   = "gal"
    image_name     = "web"
    image_version  = var.image_version
  }

  location = "westeurope"

  # vmProfile
  vm_size                             = "Standard_D4s_v5"
  os_disk_size_gb                     = 127
  virtual_network_name                = "net"
  virtual_network_subnet_name         = "build"
  virtual_network_resource_group_name = "rg-net"

  # communicator
  communicator   = "winrm"
  winrm_username = "packer"
  winrm_use_ssl  = true
  winrm_insecure = true # the certificate is made for this one VM
  winrm_timeout  = "10m"

  # buildTimeoutInMinutes: limits each Azure operation; for the whole run see MIGRATION.md
  polling_duration_timeout = "90m"

  # nothing is kept
  skip_create_image = true
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "powershell" {
    name   = "site"
    script = "${path.root}/scripts/01-site.ps1"
  }
}
