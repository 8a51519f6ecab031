# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

source "null" "image" {
  communicator   = "winrm"
  winrm_host     = var.winrm_host
  winrm_port     = var.winrm_port
  winrm_username = var.winrm_username
  winrm_password = var.winrm_password
  winrm_use_ssl  = var.winrm_use_ssl
  winrm_insecure = var.winrm_insecure
}

build {
  sources = ["source.null.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.ps1"
    destination = "c:/DeprovisioningScript.ps1"
  }

  provisioner "powershell" {
    name              = "elevated"
    elevated_user     = build.User
    elevated_password = build.Password
    script            = "${path.root}/scripts/01-elevated.ps1"
  }

  provisioner "windows-restart" {
    restart_timeout = "10m"
  }

  provisioner "windows-update" {
    update_limit = 20
  }
}
