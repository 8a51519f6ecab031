# What Image Builder chose by itself

variable "image_version" {
  type        = string
  description = "Gallery version to publish, such as 1.2.3. Image Builder takes the next one after the highest; run.sh finds it."
}

variable "unvalidated" {
  type        = bool
  default     = false
  description = "Whether the version must not be the latest yet: scripts/build.sh says so until the validators have passed."
}
