# Converted from template.json (Azure VM Image Builder, API 2019-05-01-preview) by aib2packer; differences: MIGRATION.md.

locals {
  # The VHD is named after the VM's disk; a name of its own for each build, so that the manifest can tell where it is.
  vhd_name = "vhd-${formatdate("YYYYMMDDhhmmss", timestamp())}"
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type         = "Windows"
  image_publisher = "MicrosoftWindowsServer"
  image_offer     = "WindowsServer"
  image_sku       = "2019-Datacenter"
  image_version   = "latest"

  location = "eastus"

  # vmProfile
  vm_size         = "Standard_D2_v2"
  os_disk_size_gb = 127

  # communicator
  communicator   = "winrm"
  winrm_username = "packer"
  winrm_use_ssl  = true
  winrm_insecure = true # the certificate is made for this one VM
  winrm_timeout  = "10m"

  # Without a subnet the VM has a public address: say from where it may be reached.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes: 240 unless the template says otherwise
  polling_duration_timeout = "240m"

  # distribute: managed
  managed_image_name                = "win2019"
  managed_image_resource_group_name = "images-rg"

  # distribute: vhd
  storage_account        = var.vhd_storage_account
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = var.vhd_container
  capture_name_prefix    = ""
  temp_os_disk_name      = local.vhd_name

  azure_tags = {
    os = "windows"
  }
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder puts its deprovisioning script in place first: a step may change it or replace it.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  provisioner "powershell" {
    name              = "settings"
    elevated_user     = build.User
    elevated_password = build.Password
    valid_exit_codes  = [0, 3010]
    script            = "${path.root}/scripts/01-settings.ps1"
  }

  provisioner "windows-restart" {
    restart_check_command = "echo restarted"
    restart_timeout       = "10m"
  }

  provisioner "windows-update" {
    search_criteria = "IsInstalled=0"
    filters         = ["exclude:$_.Title -like '*Preview*'", "include:$true"]
    update_limit    = 20
  }

  provisioner "windows-restart" {
  }

  # Generalize, as Image Builder does after the last step: show the script that is there now, then run it.
  provisioner "powershell" {
    name       = "generalize"
    skip_clean = true
    script     = "${path.root}/scripts/generalize.ps1"
  }

  post-processor "manifest" {
    output     = "${path.root}/manifest.json"
    strip_path = true
    custom_data = {
      managed = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images-rg/providers/Microsoft.Compute/images/win2019"
      vhd     = "https://${var.vhd_storage_account}.blob.core.windows.net/${var.vhd_container}/${local.vhd_name}.vhd"
    }
  }
}
