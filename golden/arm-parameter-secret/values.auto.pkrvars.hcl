# Secrets are not written here; set them in the environment: PKR_VAR_agentKey PKR_VAR_account
