# Converted from template.json (Azure VM Image Builder, API 2019-02-01-preview) by aib2packer; differences: MIGRATION.md.

locals {
  # Packer deletes the intermediate managed image with this group.
  temporary_group = "pkr-Resource-Group-${substr(uuidv4(), 0, 8)}"
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type                                  = "Windows"
  custom_managed_image_name                = "win2016"
  custom_managed_image_resource_group_name = "images-rg"

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2ds_v4" # starts Gen1 and Gen2 images

  # communicator
  communicator   = "winrm"
  winrm_username = "packer"
  winrm_use_ssl  = true
  winrm_insecure = true # the certificate is made for this one VM
  winrm_timeout  = "10m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout = "240m"

  # distribute: disk
  storage_account        = var.vhd_storage_account
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = var.vhd_container
  capture_name_prefix    = "disk-"

  # intermediate managed image: the plugin requires one if the source is one
  temp_resource_group_name          = local.temporary_group
  managed_image_name                = "intermediate"
  managed_image_resource_group_name = local.temporary_group
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  provisioner "powershell" {
    name   = "agent"
    script = "${path.root}/scripts/Install-Agent.ps1"
  }

  provisioner "windows-restart" {
  }

  provisioner "powershell" {
    valid_exit_codes = [0, 1]
    script           = "${path.root}/scripts/03-step.ps1"
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
  }
}
