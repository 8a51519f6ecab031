"""Terraform: a configuration's files, or what `terraform show -json` prints, as the deployment template that means the same."""
