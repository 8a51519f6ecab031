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

  # The VHD is named after the VM's disk; a name of its own for each build, so that the manifest can tell where it is.
  vhd_name = "clerks-spare-${formatdate("YYYYMMDDhhmmss", timestamp())}"

  # What the build VM makes, by runOutputName.
  outputs = {
    clerks-version = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/images/providers/Microsoft.Compute/galleries/offices/images/clerks/versions/${local.image_version}"
    clerks-disk    = "https://contosodisks.blob.core.usgovcloudapi.net/images/clerks.vhd"
  }

  # What scripts/distribute.sh has to be told; OUTPUT_n is what the VM made of properties.distribute[n].
  distribute = {
    PKR_VAR_vhd_storage_account = var.vhd_storage_account
    PKR_VAR_vhd_container       = var.vhd_container
    PKR_LOCAL_vhd_name          = local.vhd_name
    OUTPUT_0                    = local.outputs.clerks-version
    OUTPUT_1                    = local.outputs.clerks-disk
    LOCATION                    = lower(replace(var.location, " ", ""))
  }

  scripts = "https://${var.scriptAccount}.blob.core.usgovcloudapi.net/scripts/"
}

source "azure-arm" "image" {
  use_azure_cli_auth     = true
  cloud_environment_name = "USGovernment" # the cloud of the region
  subscription_id        = "00000000-0000-0000-0000-000000000000"

  # source
  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = "0001-com-ubuntu-server-jammy"
  image_sku       = "22_04-lts-gen2"
  image_version   = "latest"

  # vmProfile
  location    = var.location
  vm_size     = "Standard_D2ds_v4" # Image Builder's default
  ssh_timeout = "20m"

  # buildTimeoutInMinutes: 240 unless the template says otherwise
  polling_duration_timeout     = "240m"
  shared_image_gallery_timeout = "240m"

  # distribute: clerks-version
  shared_image_gallery_destination {
    subscription   = "00000000-0000-0000-0000-000000000000"
    resource_group = "images"
    gallery_name   = "offices"
    image_name     = "clerks"
    image_version  = local.image_version

    dynamic "target_region" {
      for_each = {
        (lower(replace(var.location, " ", ""))) = 1
        usgovarizona                            = 1
      }

      content {
        name     = target_region.key
        replicas = target_region.value
      }
    }
  }

  # distribute: clerks-disk
  storage_account        = "contosodisks"
  resource_group_name    = var.vhd_storage_resource_group
  capture_container_name = "images"
  capture_name_prefix    = ""
  temp_os_disk_name      = "clerks"
}

build {
  sources = ["source.azure-arm.image"]

  # Image Builder puts its deprovisioning script in place first: a step may change it or replace it.
  provisioner "file" {
    source      = "${path.root}/scripts/DeprovisioningScript.sh"
    destination = "/tmp/DeprovisioningScript.sh"
  }

  provisioner "shell" {
    name   = "set up"
    script = "${path.root}/scripts/set-up.sh"
  }

  provisioner "shell" {
    name           = "remember the cloud"
    inline_shebang = "/bin/sh -e"
    inline = [
      "echo AzureUSGovernment https://management.usgovcloudapi.net/ | sudo tee /etc/cloud-of-this-image",
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
    output      = "${path.root}/manifest.json"
    strip_path  = true
    custom_data = local.outputs
  }

  # What one VM does not make, az makes from what it made; it must be signed in where Packer runs.
  post-processor "shell-local" {
    only_on          = ["linux", "darwin"]
    environment_vars = [for name, value in local.distribute : "${name}=${value}"]
    execute_command  = ["/bin/sh", "-c", "{{.Vars}} sh \"$0\"", "{{.Script}}"]
    script           = "${path.root}/scripts/distribute.sh"
  }

  post-processor "shell-local" {
    only_on          = ["windows"]
    environment_vars = [for name, value in local.distribute : "${name}=${base64encode(value)}"]
    env_var_format   = "$env:%s='%s'; "
    execute_command  = ["powershell", "-NoProfile", "-ExecutionPolicy", "Bypass", "-Command", "{{.Vars}} & ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${base64encode("${path.root}/scripts/distribute.ps1")}'))); exit $LASTEXITCODE"]
    script           = "${path.root}/scripts/distribute.ps1"
  }
}
