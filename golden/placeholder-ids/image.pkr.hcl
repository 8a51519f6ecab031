# Converted from template.json (Azure VM Image Builder, API 2020-02-14) by aib2packer; differences: MIGRATION.md.

locals {
  # Image Builder numbers gallery versions by the clock: 0.<seconds / 65536>.<seconds % 65536> since 1970.
  # The clock is read once; days since 1970 are counted from a year that begins in March.
  now    = timestamp()
  year   = parseint(formatdate("YYYY", local.now), 10) - (parseint(formatdate("M", local.now), 10) < 3 ? 1 : 0)
  month  = (parseint(formatdate("M", local.now), 10) + 9) % 12
  days   = 365 * local.year + floor(local.year / 4) - floor(local.year / 100) + floor(local.year / 400) + floor((153 * local.month + 2) / 5) + parseint(formatdate("D", local.now), 10) - 719469
  second = 86400 * local.days + 3600 * parseint(formatdate("h", local.now), 10) + 60 * parseint(formatdate("m", local.now), 10) + parseint(formatdate("s", local.now), 10)

  image_version   = var.image_version != null ? var.image_version : format("0.%d.%d", floor(local.second / 65536), local.second % 65536)
  gallery_version = length(split("/", var.gallery_image_id)) > 12 ? split("/", var.gallery_image_id)[12] : local.image_version
}

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = split("/", var.subnet_id)[2]

  # source
  os_type = "Linux"

  shared_image_gallery {
    subscription   = split("/", var.image_version_id)[2]
    resource_group = split("/", var.image_version_id)[4]
    gallery_name   = split("/", var.image_version_id)[8]
    image_name     = split("/", var.image_version_id)[10]
    image_version  = length(split("/", var.image_version_id)) > 12 && (length(var.image_version_id) >= 7 ? substr(lower(var.image_version_id), length(var.image_version_id) - 7, 7) == "/latest" : false) == false ? split("/", var.image_version_id)[12] : null
  }

  # vmProfile
  location                            = "westeurope"
  vm_size                             = "Standard_D2s_v5"
  virtual_network_name                = split("/", var.subnet_id)[8]
  virtual_network_subnet_name         = split("/", var.subnet_id)[10]
  virtual_network_resource_group_name = split("/", var.subnet_id)[4]
  ssh_timeout                         = "20m"

  # buildTimeoutInMinutes: 240 unless the template says otherwise
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: gallery
  shared_image_gallery_destination {
    subscription   = split("/", var.gallery_image_id)[2]
    resource_group = split("/", var.gallery_image_id)[4]
    gallery_name   = split("/", var.gallery_image_id)[8]
    image_name     = split("/", var.gallery_image_id)[10]
    image_version  = local.gallery_version

    target_region {
      name     = "westeurope"
      replicas = 1
    }
  }

  # distribute: disk
  storage_account        = split(".", split("/", var.vhd_uri)[2])[0]
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = split("/", var.vhd_uri)[3]
  capture_name_prefix    = replace(join("/", slice(split("/", var.vhd_uri), min(4, length(split("/", var.vhd_uri))), length(split("/", var.vhd_uri)))), reverse(split("/", var.vhd_uri))[0], "")
  temp_os_disk_name      = replace(reverse(split("/", var.vhd_uri))[0], ".vhd", "")
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
      gallery = "/subscriptions/${split("/", var.gallery_image_id)[2]}/resourceGroups/${split("/", var.gallery_image_id)[4]}/providers/Microsoft.Compute/galleries/${split("/", var.gallery_image_id)[8]}/images/${split("/", var.gallery_image_id)[10]}/versions/${local.gallery_version}"
      disk    = var.vhd_uri
    }
  }
}
