resource "azapi_resource" "image" {
  type                      = "Microsoft.VirtualMachineImages/imageTemplates@2022-07-01"
  name                      = local.image_name
  location                  = var.location
  parent_id                 = var.resource_group_id
  schema_validation_enabled = false

  body = jsonencode({
    identity = {
      type                   = "UserAssigned"
      userAssignedIdentities = { (var.identity_id) = {} }
    }
    properties = {
      vmProfile = { vmSize = var.vm_size }
      source = {
        type = "PlatformImage", publisher = "Canonical", offer = "ubuntu-24_04-lts", sku = "server", version = "latest"
      }
      customize = concat(local.base_steps, local.extra_steps)
      distribute = [{
        type               = "SharedImage"
        galleryImageId     = "${var.gallery_id}/images/${local.image_name}"
        runOutputName      = "${local.prefix}-out"
        replicationRegions = var.regions
        artifactTags       = { environment = upper(var.environment) }
      }]
    }
  })
}
