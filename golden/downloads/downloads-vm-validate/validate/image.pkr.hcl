# The validators of template.json, in a VM made from the image; nothing is kept.

source "azure-arm" "image" {
  use_azure_cli_auth = true
  subscription_id    = "00000000-0000-0000-0000-000000000001"

  # source
  os_type                                  = "Linux"
  custom_managed_image_name                = "base"
  custom_managed_image_resource_group_name = "images-rg"

  location = "westeurope"

  # vmProfile
  vm_size = "Standard_D2s_v5"

  # communicator
  ssh_timeout = "20m"

  # Without a subnet the VM has a public address: limit who can reach it.
  allowed_inbound_ip_addresses = var.allowed_inbound_ip_addresses

  # buildTimeoutInMinutes (Image Builder's default): limits each Azure operation
  polling_duration_timeout = "240m"

  # nothing is kept
  skip_create_image                 = true
  managed_image_name                = "not-made" # required by the plugin; skip_create_image makes none
  managed_image_resource_group_name = "images-rg"
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "shell" {
    name             = "check"
    environment_vars = ["DOWNLOAD_URL=https://contosoimages.blob.core.windows.net/check.sh?${var.check_sh_sas}"]
    use_env_var_file = true # not on a command line, which every user of the VM can read
    execute_command  = "chmod +x {{ .Path }}; . {{ .EnvVarFile }} && rm -f {{ .EnvVarFile }} && {{ .Path }}"
    script           = "${path.root}/scripts/01-check.sh"
  }
}
