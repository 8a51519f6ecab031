# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

source "null" "image" {
  communicator         = "ssh"
  ssh_host             = var.ssh_host
  ssh_port             = var.ssh_port
  ssh_username         = var.ssh_username
  ssh_private_key_file = var.ssh_private_key_file
}

build {
  sources = ["source.null.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "file" {
    name        = "motd"
    source      = "${path.root}/scripts/motd.txt"
    destination = "/tmp/motd.txt"
  }

  provisioner "shell" {
    name           = "greet"
    inline_shebang = "/bin/sh -e"
    inline = [
      "sudo cp /tmp/motd.txt /etc/motd",
      "echo \"home is $${HOME}\"",
    ]
  }
}
