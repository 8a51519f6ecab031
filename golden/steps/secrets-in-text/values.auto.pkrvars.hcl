# Secrets are not written here. Set them in the environment: PKR_VAR_signature
