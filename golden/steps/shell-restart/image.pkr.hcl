# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = "0001-com-ubuntu-server-jammy"
  image_sku       = "22_04-lts-gen2"
  image_version   = "latest"

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2s_v5"

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout = "240m"

  # distribute: image
  managed_image_name                = "base"
  managed_image_resource_group_name = "images-rg"
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name              = "kernel"
    expect_disconnect = true
    skip_clean        = true
    inline_shebang    = "/bin/sh -e"
    inline = [
      "sudo apt-get update",
      "sudo apt-get install -y linux-azure",
      "sudo reboot",
    ]
  }

  # Wait for the VM: the step above restarts it.
  provisioner "shell" {
    pause_before        = "30s"
    start_retry_timeout = "20m"
    inline_shebang      = "/bin/sh -e"
    inline              = ["echo The VM is back."]
  }

  # Many systems empty /tmp when they start, so the deprovisioning script is copied again if it is missing.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh.default"
  }

  provisioner "shell" {
    inline_shebang = "/bin/sh -e"
    inline = [
      "[ -e /tmp/DeprovisioningScript.sh ] || cp /tmp/DeprovisioningScript.sh.default /tmp/DeprovisioningScript.sh",
    ]
  }

  provisioner "shell" {
    name           = "module"
    inline_shebang = "/bin/sh -e"
    inline         = ["uname -r"]
  }

  # In a file because Packer would expand the braces in this step.
  provisioner "shell" {
    name              = "later"
    expect_disconnect = true
    skip_clean        = true
    script            = "${path.root}/scripts/03-later.sh"
  }

  # Wait for the VM: the step above restarts it.
  provisioner "shell" {
    pause_before        = "90s"
    start_retry_timeout = "20m"
    inline_shebang      = "/bin/sh -e"
    inline              = ["echo The VM is back."]
  }

  # Many systems empty /tmp when they start, so the deprovisioning script is copied again if it is missing.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh.default"
  }

  provisioner "shell" {
    inline_shebang = "/bin/sh -e"
    inline = [
      "[ -e /tmp/DeprovisioningScript.sh ] || cp /tmp/DeprovisioningScript.sh.default /tmp/DeprovisioningScript.sh",
    ]
  }

  provisioner "shell" {
    name              = "in a shell of its own"
    expect_disconnect = true
    skip_clean        = true
    inline_shebang    = "/bin/sh -e"
    inline            = ["sudo bash -c 'apt-get -y upgrade && reboot'"]
  }

  # Wait for the VM: the step above restarts it.
  provisioner "shell" {
    pause_before        = "30s"
    start_retry_timeout = "20m"
    inline_shebang      = "/bin/sh -e"
    inline              = ["echo The VM is back."]
  }

  # Many systems empty /tmp when they start, so the deprovisioning script is copied again if it is missing.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh.default"
  }

  provisioner "shell" {
    inline_shebang = "/bin/sh -e"
    inline = [
      "[ -e /tmp/DeprovisioningScript.sh ] || cp /tmp/DeprovisioningScript.sh.default /tmp/DeprovisioningScript.sh",
    ]
  }

  # Generalize the VM, as Image Builder does after the last step.
  provisioner "shell" {
    name            = "generalize"
    execute_command = "chmod +x {{ .Path }}; {{ .Vars }} sudo -E sh '{{ .Path }}'"
    skip_clean      = true # deprovisioning removes the account that would clean up
    inline_shebang  = "/bin/sh -e"
    inline = [
      "rm -f \"$0\"",
      "cat /tmp/DeprovisioningScript.sh || exit 1",
      "exec sh /tmp/DeprovisioningScript.sh",
    ]
  }

  post-processor "manifest" {
    output     = "${path.root}/manifest.json"
    strip_path = true
    custom_data = {
      image = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images-rg/providers/Microsoft.Compute/images/base"
    }
  }
}
