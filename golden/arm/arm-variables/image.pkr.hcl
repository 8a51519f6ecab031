# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

locals {
  disk       = 64
  gallery    = "company"
  tool       = "0.2.31"
  definition = "ubuntu-${local.tool}"
  url        = "https://example.com/v${local.tool}/"
  archive    = "tool-${local.tool}-${var.ring}.tgz"
  dir        = "/opt/tool"
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id

  # source
  os_type         = "Linux"
  image_publisher = "canonical"
  image_offer     = "ubuntu-24_04-lts"
  image_sku       = "server"
  image_version   = "latest"

  location = "westeurope"

  # vmProfile
  vm_size         = "Standard_D2s_v5"
  os_disk_size_gb = local.disk

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: gallery
  shared_image_gallery_destination {
    subscription   = var.subscription_id
    resource_group = "gallery-rg"
    gallery_name   = local.gallery
    image_name     = local.definition
    image_version  = var.image_version

    target_region {
      name     = "westeurope"
      replicas = 1
    }
  }

  azure_tags = {
    tool = local.tool
  }
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name           = "install ${local.tool}"
    inline_shebang = "/bin/sh -e"
    inline = [
      "wget ${local.url}${local.archive} -P ${local.dir}",
      "echo LINUX good",
      "export PATH=$PATH:/opt/tool\nexport TOOL=1",
    ]
  }

  # In a file because Packer would expand the braces in this step.
  provisioner "shell" {
    name   = "list"
    script = "${path.root}/scripts/02-list.sh"
  }

  provisioner "file" {
    name        = "motd"
    source      = "${path.root}/scripts/motd.txt"
    destination = "/tmp/motd-${local.tool}"
  }

  provisioner "shell" {
    name   = "signed"
    script = "${path.root}/scripts/setup.sh"
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
      gallery = "/subscriptions/${var.subscription_id}/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/${local.gallery}/images/${local.definition}/versions/${var.image_version}"
    }
  }
}
