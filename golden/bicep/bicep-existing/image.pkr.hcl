# Converted from main.bicep (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsServer"
  image_offer     = "WindowsServer"
  image_sku       = "2022-datacenter-azure-edition"
  image_version   = "latest"

  location = var.location

  # vmProfile
  vm_size                             = "Standard_D2s_v5"
  virtual_network_name                = "vnet-build"
  virtual_network_subnet_name         = "snet-build"
  virtual_network_resource_group_name = var.platformGroup

  # communicator
  communicator   = "winrm"
  winrm_username = "packer"
  winrm_use_ssl  = true
  winrm_insecure = true # the certificate is made for this one VM
  winrm_timeout  = "10m"

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: jumpbox
  shared_image_gallery_destination {
    subscription   = var.subscription_id
    resource_group = "rg-galleries"
    gallery_name   = "corp"
    image_name     = "jumpbox"
    image_version  = var.image_version

    target_region {
      name     = var.location
      replicas = 1
    }
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
    name              = "tools"
    elevated_user     = build.User
    elevated_password = build.Password
    script            = "${path.root}/scripts/01-tools.ps1"
  }

  provisioner "windows-update" {
    search_criteria = "IsInstalled=0"
    filters         = ["exclude:$_.Title -like '*Preview*'", "include:$true"]
    update_limit    = 40
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
      jumpbox = "/subscriptions/${var.subscription_id}/resourceGroups/rg-galleries/providers/Microsoft.Compute/galleries/corp/images/jumpbox/versions/${var.image_version}"
    }
  }
}
