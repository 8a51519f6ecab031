# Placeholders of the template

variable "reader" {
  type        = string
  description = "The template's <reader>, in vmProfile.userAssignedIdentities[0]."
}

variable "storage_account" {
  type        = string
  description = "The template's <storage account>, in customize[0].scriptUri."
}

variable "release" {
  type        = string
  description = "The template's <release>, in customize[1].sourceUri and 1 more."
}
