# Secrets are not written here. Set them in the environment: PKR_VAR_setup_ps1_sas, PKR_VAR_setup_ps1_sas_2
