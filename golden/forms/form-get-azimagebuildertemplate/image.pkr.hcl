# Converted from template.json (Azure VM Image Builder, API not named) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsServer"
  image_offer     = "WindowsServer"
  image_sku       = "2022-datacenter-g2"
  image_version   = "latest"

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
  polling_duration_timeout     = "90m"
  shared_image_gallery_timeout = "90m"

  # distribute: gallery
  shared_image_gallery_destination {
    subscription         = "00000000-0000-0000-0000-000000000001"
    resource_group       = "rg-images"
    gallery_name         = "gal"
    image_name           = "web"
    image_version        = var.image_version
    storage_account_type = "Standard_ZRS"

    target_region {
      name     = "westeurope"
      replicas = 2
    }
  }

  shared_gallery_image_version_exclude_from_latest = true

  azure_tags = {
    team = "web"
  }
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  provisioner "powershell" {
    name              = "iis"
    elevated_user     = "SYSTEM"
    elevated_password = ""
    valid_exit_codes  = [0, 3010]
    script            = "${path.root}/scripts/01-iis.ps1"
  }

  provisioner "windows-update" {
    name            = "updates"
    search_criteria = "IsInstalled=0"
    filters         = ["include:$true"]
    update_limit    = 20
  }

  # Generalize the VM, as Image Builder does after the last step.
  provisioner "powershell" {
    name       = "generalize"
    skip_clean = true
    script     = "${path.root}/scripts/generalize.ps1"
  }

  post-processor "manifest" {
    output     = "${path.root}/manifest.json"
    strip_path = true
    custom_data = {
      gallery = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/gal/images/web/versions/${var.image_version}"
    }
  }
}
