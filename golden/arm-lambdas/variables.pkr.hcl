# Parameters of the template

variable "names" {
  type        = list(string)
  default     = ["web", "db"]
  description = "The template's parameter names."
}

variable "prefix" {
  type        = string
  default     = "pkg-"
  description = "The template's parameter prefix."
}

variable "tags" {
  type = map(string)
  default = {
    team = "platform"
    cost = "1234"
  }
  description = "The template's parameter tags."
}
