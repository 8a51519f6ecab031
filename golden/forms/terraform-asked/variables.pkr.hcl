# Parameters of the template

variable "images_location" {
  type        = string
  description = "Value of data.azurerm_resource_group.images.location in Terraform: `terraform state show data.azurerm_resource_group.images` prints it."
}

variable "suffix_result" {
  type        = string
  description = "Value of random_string.suffix.result in Terraform: `terraform state show random_string.suffix` prints it."
}

variable "registry_result" {
  type        = string
  sensitive   = true
  description = "Value of random_password.registry.result in Terraform: `terraform state show random_password.registry` prints it."
}

# Values from Azure

variable "subscription_id" {
  type        = string
  description = "Subscription to build in."
}

# Defaults chosen by Image Builder

variable "image_version" {
  type        = string
  description = "Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it."
}
