# Parameters of the template

variable "location" {
  type        = string
  default     = "westeurope"
  description = "Region of the build and the gallery version."
}

variable "disk_gb" {
  type        = number
  default     = 127
  description = "Size in GB of the OS disk, used in step env."
}

variable "subnet_id" {
  type        = string
  description = "Id of the subnet."
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
