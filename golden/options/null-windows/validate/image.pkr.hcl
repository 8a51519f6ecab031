# The validators of template.json, on the machine of the rehearsal; nothing is kept.

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
