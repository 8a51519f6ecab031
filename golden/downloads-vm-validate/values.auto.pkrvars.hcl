# Secrets are not written here; set them in the environment: PKR_VAR_check_sh_sas
