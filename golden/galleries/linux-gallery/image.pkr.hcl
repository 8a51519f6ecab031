# Converted from template.json (Azure VM Image Builder, API 2020-02-14) by aib2packer; differences: MIGRATION.md.

locals {
  # Image Builder's version numbers: 0.<seconds / 65536>.<seconds % 65536> since 1970.
  now           = rfc3339_parse(timestamp()).unix
  image_version = var.image_version != null ? var.image_version : format("0.%d.%d", floor(local.now / 65536), local.now % 65536)
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type         = "Linux"
  image_publisher = "canonical"
  image_offer     = "0001-com-ubuntu-server-jammy"
  image_sku       = "22_04-lts-gen2"
  image_version   = "latest"

  location = "westus2"

  # vmProfile
  vm_size                             = "Standard_D2s_v3"
  os_disk_size_gb                     = 64
  virtual_network_name                = "build-vnet"
  virtual_network_subnet_name         = "images"
  virtual_network_resource_group_name = "net-rg"

  # communicator
  ssh_timeout = "20m"

  # buildTimeoutInMinutes: limits each Azure operation; for the whole run see MIGRATION.md
  polling_duration_timeout     = "120m"
  shared_image_gallery_timeout = "120m"

  # distribute: gallery
  shared_image_gallery_destination {
    subscription   = var.subscription_id
    resource_group = "gallery-rg"
    gallery_name   = "gallery"
    image_name     = "ubuntu-nginx"
    image_version  = local.image_version

    target_region {
      name     = "westus2"
      replicas = 1
    }

    target_region {
      name     = "eastus2"
      replicas = 1
    }
  }

  azure_tags = {
    source = "image-builder"
  }
}

build {
  sources = ["source.azure-arm.image"]

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
    name           = "install"
    inline_shebang = "/bin/sh -e"
    inline = [
      "sudo apt-get update",
      "sudo apt-get install -y --no-install-recommends \"nginx\"",
      "echo \"home is $${HOME}\" | sudo tee /etc/image-note",
    ]
  }

  # In a file because Packer would expand the braces in this step.
  provisioner "shell" {
    name   = "containers"
    script = "${path.root}/scripts/03-containers.sh"
  }

  provisioner "shell" {
    name   = "harden"
    script = "${path.root}/scripts/harden.sh"
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
      gallery = "/subscriptions/${var.subscription_id}/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/gallery/images/ubuntu-nginx/versions/${local.image_version}"
    }
  }
}
