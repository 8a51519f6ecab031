# Parameters of the template

variable "buildMinutes" {
  type        = number
  default     = 60
  description = "How long a build may take."
}
