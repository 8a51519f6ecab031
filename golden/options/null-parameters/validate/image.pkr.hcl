# The validators of template.json, on the machine of the rehearsal; nothing is kept.

source "null" "image" {
  communicator         = "ssh"
  ssh_host             = var.ssh_host
  ssh_port             = var.ssh_port
  ssh_username         = var.ssh_username
  ssh_private_key_file = var.ssh_private_key_file
}

build {
  sources = ["source.null.image"]

  provisioner "shell" {
    name           = "greets"
    inline_shebang = "/bin/sh -e"
    inline         = ["grep -q ${var.greeting} /etc/motd"]
  }

  dynamic "provisioner" {
    for_each = var.deepChecks ? [1] : []
    labels   = ["shell"]

    content {
      name           = "deep"
      inline_shebang = "/bin/sh -e"
      inline         = ["sudo fsck -n /"]
    }
  }
}
