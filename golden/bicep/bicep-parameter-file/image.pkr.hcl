# Converted from prod.bicepparam (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

locals {
  gallery = split("/", var.image.galleryImageId)
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
  vm_size         = var.vmSize
  os_disk_size_gb = var.osDiskSizeGB

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: agent
  shared_image_gallery_destination {
    subscription         = local.gallery[2]
    resource_group       = local.gallery[4]
    gallery_name         = local.gallery[8]
    image_name           = local.gallery[10]
    image_version        = var.image_version
    storage_account_type = lookup({ northeurope = "Premium_LRS", uksouth = "Premium_LRS" }, lower(replace(var.location, " ", "")), "Standard_LRS") # that of the build's region: Azure changes none later

    target_region {
      name     = var.location
      replicas = 1
    }
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
    name           = "first"
    inline_shebang = "/bin/sh -e"
    inline         = ["echo first"]
  }

  provisioner "shell" {
    name           = "agent"
    inline_shebang = "/bin/sh -e"
    inline         = ["echo \"token: ${var.agentToken}\" | sudo tee /etc/agent > /dev/null"]
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

  # The distribute script takes its values from custom_data of the last build.
  post-processor "manifest" {
    output     = "${path.root}/manifest.json"
    strip_path = true
    custom_data = {
      agent                          = "/subscriptions/${local.gallery[2]}/resourceGroups/${local.gallery[4]}/providers/Microsoft.Compute/galleries/${local.gallery[8]}/images/${local.gallery[10]}/versions/${var.image_version}"
      image_version                  = var.image_version
      agent_subscription             = local.gallery[2]
      agent_resource_group           = local.gallery[4]
      agent_gallery_name             = local.gallery[8]
      agent_gallery_image_definition = local.gallery[10]
      target_regions_0               = join("\u001e", [for name, value in { (lower(replace(var.location, " ", ""))) = "1=standard_lrs", northeurope = "1=premium_lrs", uksouth = "1=premium_lrs" } : "${name}=${value}"])
    }
  }

  # Outputs that Packer cannot publish are made with az. Requires `az login`.
  post-processor "shell-local" {
    execute_command = ["sh", "{{.Script}}"]
    script          = "${path.root}/distribute.sh"
  }
}
