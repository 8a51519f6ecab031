# Converted from template.json (Azure VM Image Builder, API 2020-02-14) by aib2packer; differences: MIGRATION.md.

locals {
  # Image Builder's version numbers: 0.<seconds / 65536>.<seconds % 65536> since 1970.
  now           = rfc3339_parse(timestamp()).unix
  image_version = var.image_version != null ? var.image_version : format("0.%d.%d", floor(local.now / 65536), local.now % 65536)
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type         = "Windows"
  image_publisher = "contoso-windows"
  image_offer     = "hardened"
  image_sku       = "2019"
  image_version   = "1.2.3"

  plan_info {
    plan_name      = "2019"
    plan_product   = "hardened"
    plan_publisher = "contoso-windows"
  }

  location = "westeurope"

  # vmProfile
  vm_size                             = "Standard_D2s_v3"
  os_disk_size_gb                     = 127
  virtual_network_name                = "build-vnet"
  virtual_network_subnet_name         = "images"
  virtual_network_resource_group_name = "network-rg"

  # communicator
  communicator   = "winrm"
  winrm_username = "packer"
  winrm_use_ssl  = true
  winrm_insecure = true # the certificate is made for this one VM
  winrm_timeout  = "10m"

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: gallery
  shared_image_gallery_destination {
    subscription         = "00000000-0000-0000-0000-000000000001"
    resource_group       = "gallery-rg"
    gallery_name         = "company"
    image_name           = "base"
    image_version        = local.image_version
    storage_account_type = "Standard_ZRS"

    target_region {
      name     = "westeurope"
      replicas = 1
    }
  }

  shared_gallery_image_version_exclude_from_latest = true
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  provisioner "windows-update" {
    update_limit = 20
  }

  provisioner "powershell" {
    name              = "settings"
    elevated_user     = "SYSTEM"
    elevated_password = ""
    script            = "${path.root}/scripts/02-settings.ps1"
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
      gallery = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions/${local.image_version}"
    }
  }
}
