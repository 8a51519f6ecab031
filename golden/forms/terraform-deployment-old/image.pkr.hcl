# Converted from infra (Azure VM Image Builder, API 2020-02-14) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsServer"
  image_offer     = "WindowsServer"
  image_sku       = "2022-datacenter-core-g2"
  image_version   = "latest"

  location = "westeurope"

  # vmProfile
  vm_size = var.vm_size

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

  # distribute: server-core-vhd
  storage_account        = var.vhd_storage_account
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = var.vhd_container
  capture_name_prefix    = "server-core-vhd-"
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  provisioner "powershell" {
    name   = "feature"
    script = "${path.root}/scripts/01-feature.ps1"
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
