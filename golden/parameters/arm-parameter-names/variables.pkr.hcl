# Parameters of the template

variable "build_region" {
  type        = string
  default     = "westeurope"
  description = "Region of the build and the managed image."
}

variable "_1stSize" {
  type        = string
  default     = "Standard_D2s_v5"
  description = "Size of the build VM."
}

variable "api-version" {
  type        = string
  default     = "v2"
  description = "Used in step configure."
}

variable "ImageName" {
  type        = string
  description = "Used in step configure."
}

variable "subscription_id" {
  type        = string
  default     = "not the one to build in"
  description = "Used in step configure."
}

variable "client_id" {
  type        = string
  default     = "a client"
  description = "Used in step configure."
}

# Defaults chosen by Image Builder

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
