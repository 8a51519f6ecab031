# Secrets are not written here; set them in the environment: PKR_VAR_setup_ps1_sas PKR_VAR_setup_ps1_sas_2
