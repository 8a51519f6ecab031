# What only Azure knows

variable "setup_ps1_sas" {
  type        = string
  sensitive   = true
  description = "Shared access signature of customize[0].scriptUri, for setup.ps1: what stands behind the question mark of the address."
}

variable "setup_ps1_sas_2" {
  type        = string
  sensitive   = true
  description = "Shared access signature of customize[1].scriptUri, for setup.ps1: what stands behind the question mark of the address."
}
