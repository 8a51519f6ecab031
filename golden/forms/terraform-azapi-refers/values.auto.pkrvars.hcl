# Packer reads this file automatically. Uncomment each line and fill it in.

# si_id = "" # Value of azurerm_shared_image.si.id in Terraform: `terraform state show azurerm_shared_image.si` prints it.
