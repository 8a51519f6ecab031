# Converted from template.json (Azure VM Image Builder, API 2022-07-01) by aib2packer.
# What differs from Image Builder, and what to do before the first build: MIGRATION.md.

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

  image_version   = var.image_version != null ? var.image_version : local.next_version
  gallery_version = length(split("/", var.galleryImageId)) > 12 ? split("/", var.galleryImageId)[12] : local.image_version
}

source "azure-arm" "image" {
  use_azure_cli_auth = var.use_azure_cli_auth
  client_id          = var.client_id
  client_secret      = var.client_secret
  tenant_id          = var.tenant_id
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = "0001-com-ubuntu-server-jammy"
  image_sku       = "22_04-lts-gen2"
  image_version   = "latest"

  # vmProfile
  location    = "westeurope"
  vm_size     = "Standard_D2s_v5"
  ssh_timeout = "20m"

  # buildTimeoutInMinutes: 240 unless the template says otherwise
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: native
  shared_image_gallery_destination {
    subscription   = split("/", var.galleryImageId)[2]
    resource_group = split("/", var.galleryImageId)[4]
    gallery_name   = split("/", var.galleryImageId)[8]
    image_name     = split("/", var.galleryImageId)[10]
    image_version  = local.gallery_version

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
  capture_name_prefix    = ""
  temp_os_disk_name      = "base"
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder puts its deprovisioning script in place first: a step may change it or replace it.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name           = "hello"
    inline_shebang = "/bin/sh -e"
    inline = [
      "echo hello",
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
      native                = "/subscriptions/${split("/", var.galleryImageId)[2]}/resourceGroups/${split("/", var.galleryImageId)[4]}/providers/Microsoft.Compute/galleries/${split("/", var.galleryImageId)[8]}/images/${split("/", var.galleryImageId)[10]}/versions/${local.gallery_version}"
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
