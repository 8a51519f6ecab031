# What only Azure knows

variable "setup_ps1_sas" {
  type        = string
  sensitive   = true
  description = "SAS token of customize[0].scriptUri, which follows the question mark."
}

variable "setup_ps1_sas_2" {
  type        = string
  sensitive   = true
  description = "SAS token of customize[1].scriptUri, which follows the question mark."
}
