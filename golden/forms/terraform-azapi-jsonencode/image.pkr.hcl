# Converted from infra (Azure VM Image Builder, API 2022-07-01) by aib2packer; differences: MIGRATION.md.

locals {
  gallery    = split("/", var.gallery_id)
  prefix     = "app-${lower(var.environment)}"
  image_name = "${local.prefix}-ubuntu"
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = local.gallery[2]

  # source
  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = "ubuntu-24_04-lts"
  image_sku       = "server"
  image_version   = "latest"

  location = var.location

  # vmProfile
  vm_size = var.vm_size

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: app-prod-out
  shared_image_gallery_destination {
    subscription   = local.gallery[2]
    resource_group = local.gallery[4]
    gallery_name   = local.gallery[8]
    image_name     = local.image_name
    image_version  = var.image_version

    dynamic "target_region" {
      for_each = distinct(concat([var.location], var.regions))

      content {
        name     = target_region.value
        replicas = 1
      }
    }
  }

  azure_tags = {
    environment = upper(var.environment)
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
    name           = "packages"
    inline_shebang = "/bin/sh -e"
    inline         = ["sudo apt-get install -y ${join(" ", var.packages)}"]
  }

  dynamic "provisioner" {
    for_each = var.environment == "prod" ? [1] : []
    labels   = ["shell"]

    content {
      name           = "harden"
      inline_shebang = "/bin/sh -e"
      inline         = ["sudo /opt/harden.sh"]
    }
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
      ("${local.prefix}-out") = "/subscriptions/${local.gallery[2]}/resourceGroups/${local.gallery[4]}/providers/Microsoft.Compute/galleries/${local.gallery[8]}/images/${local.image_name}/versions/${var.image_version}"
    }
  }
}
