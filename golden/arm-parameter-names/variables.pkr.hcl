# Parameters of the template

variable "build_region" {
  type        = string
  default     = "westeurope"
  description = "The template's parameter build.region."
}

variable "_1stSize" {
  type        = string
  default     = "Standard_D2s_v5"
  description = "The template's parameter 1stSize."
}

variable "api-version" {
  type        = string
  default     = "v2"
  description = "The template's parameter api-version."
}

variable "ImageName" {
  type        = string
  description = "The template's parameter ImageName."
}

variable "subscription_id" {
  type        = string
  default     = "not the one to build in"
  description = "The template's parameter subscription_id."
}

variable "client_id" {
  type        = string
  default     = "a client"
  description = "The template's parameter client_id."
}

# What Image Builder chose by itself

variable "allowed_inbound_ip_addresses" {
  type        = list(string)
  default     = []
  description = "Addresses or CIDR ranges that may reach the build VM by SSH. Default: any."
}
