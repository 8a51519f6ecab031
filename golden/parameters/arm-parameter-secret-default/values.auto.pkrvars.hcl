# Secrets are not written here. Set them in the environment: PKR_VAR_agentKey, PKR_VAR_account ({ user = "", password = "" })
