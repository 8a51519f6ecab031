# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer.
# The validators, run in a VM that is deleted afterwards; when to build this, and what differs: ../MIGRATION.md.

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

  provisioner "powershell" {
    name   = "check"
    script = "${path.root}/scripts/01-check.ps1"
  }
}
