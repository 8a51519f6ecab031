# Converted from template.json (Azure VM Image Builder, API 2022-07-01) by aib2packer; differences: MIGRATION.md.

locals {
  gallery       = split("/", var.galleryImageId)
  image_version = var.image_version != null ? var.image_version : local.gallery[12]
}

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
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: native
  shared_image_gallery_destination {
    subscription   = local.gallery[2]
    resource_group = local.gallery[4]
    gallery_name   = local.gallery[8]
    image_name     = local.gallery[10]
    image_version  = local.image_version

    dynamic "target_region" {
      for_each = distinct([for r in concat(["westeurope", var.imageRegion], var.regions) : lower(replace(r, " ", ""))])

      content {
        name     = target_region.value
        replicas = 1
      }
    }
  }

  shared_gallery_image_version_exclude_from_latest = var.unvalidated # run.sh sets it until the validators have passed

  # distribute: disk
  storage_account        = "contosodisks"
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = "vhds"
  temp_os_disk_name      = "base"

  # distribute: copy, image, disk-copy are made by az after the build
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder's deprovisioning script comes first, so that a step may change or replace it; it runs last.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name           = "hello"
    inline_shebang = "/bin/sh -e"
    inline         = ["echo hello"]
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
      native                = "/subscriptions/${local.gallery[2]}/resourceGroups/${local.gallery[4]}/providers/Microsoft.Compute/galleries/${local.gallery[8]}/images/${local.gallery[10]}/versions/${local.image_version}"
      disk                  = "https://contosodisks.blob.core.windows.net/vhds/base.vhd"
      replication_regions_1 = join("\u001e", distinct([for r in concat(["westeurope"], var.regions) : lower(replace(r, " ", ""))]))
      artifact_tags_1       = join("\u001e", [for name, value in var.tags : "${name}=${value}"])
      image_name            = var.imageName
      location_2            = lower(replace(var.imageRegion, " ", ""))
      group_2               = var.group
      who                   = var.who
      released              = var.released
    }
  }
}
