# Parameters of the template

variable "stagingResourceGroup" {
  type        = string
  default     = ""
  description = "Id of the group to build in."
}
