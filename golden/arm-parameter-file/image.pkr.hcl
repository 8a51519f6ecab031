# Converted from template.json (Azure VM Image Builder, API 2024-02-01) by aib2packer; differences: MIGRATION.md.

locals {
  # Image Builder numbers gallery versions by the clock: 0.<seconds / 65536>.<seconds % 65536> since 1970.
  # The clock is read once; days since 1970 are counted from a year that begins in March.
  now    = timestamp()
  year   = parseint(formatdate("YYYY", local.now), 10) - (parseint(formatdate("M", local.now), 10) < 3 ? 1 : 0)
  month  = (parseint(formatdate("M", local.now), 10) + 9) % 12
  days   = 365 * local.year + floor(local.year / 4) - floor(local.year / 100) + floor(local.year / 400) + floor((153 * local.month + 2) / 5) + parseint(formatdate("D", local.now), 10) - 719469
  second = 86400 * local.days + 3600 * parseint(formatdate("h", local.now), 10) + 60 * parseint(formatdate("m", local.now), 10) + parseint(formatdate("s", local.now), 10)

  # Scheme Latest: the next patch above the highest version that exists. Each version becomes one whole number, so that max() orders them.
  published    = [for v in var.existing_versions : parseint(split(".", v)[0], 10) * 18446744073709551616 + parseint(split(".", v)[1], 10) * 4294967296 + parseint(split(".", v)[2], 10)]
  highest      = length(local.published) == 0 ? -1 : max(local.published...)
  next_version = local.highest < 0 ? format("%d.%d.%d", 0, floor(local.second / 65536), local.second % 65536) : format("%d.%d.%d", (local.highest - local.highest % 18446744073709551616) / 18446744073709551616, (local.highest % 18446744073709551616 - local.highest % 4294967296) / 4294967296, local.highest % 4294967296 + 1)

  image_version = var.image_version != null ? var.image_version : local.next_version
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type         = "Linux"
  image_publisher = var.source.publisher
  image_offer     = var.source.offer
  image_sku       = var.source.sku
  image_version   = "latest"

  # vmProfile
  location        = var.location
  vm_size         = "Standard_D${var.cores}s_v5"
  os_disk_size_gb = var.diskSize
  ssh_timeout     = "20m"

  # buildTimeoutInMinutes: 240 unless the template says otherwise
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: prefix-suffix
  shared_image_gallery_destination {
    subscription   = "00000000-0000-0000-0000-000000000001"
    resource_group = "rg-images"
    gallery_name   = "sigBase"
    image_name     = "ubuntu-base"
    image_version  = local.image_version

    dynamic "target_region" {
      for_each = {
        (lower(replace(var.location, " ", "")))   = 1
        (lower(replace(var.regions[0], " ", ""))) = 1
      }

      content {
        name     = target_region.key
        replicas = target_region.value
      }
    }
  }

  shared_gallery_image_version_exclude_from_latest = var.excludeFromLatest
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder puts its deprovisioning script in place first: a step may change it or replace it.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name           = "configure"
    inline_shebang = "/bin/sh -e"
    inline = [
      "sudo apt-get update",
      "sudo apt-get install -y nginx",
    ]
  }

  # Generalize, as Image Builder does after the last step: show the script that is there now, then run it.
  provisioner "shell" {
    name            = "generalize"
    execute_command = "chmod +x {{ .Path }}; {{ .Vars }} sudo -E sh '{{ .Path }}'"
    skip_clean      = true # the account that would clean up is gone by then
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
      ("${var.prefix}-${var.suffix != null ? var.suffix : "base"}") = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/sigBase/images/ubuntu-base/versions/${local.image_version}"
    }
  }
}
