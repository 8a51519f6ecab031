Enable-WindowsOptionalFeature -Online -FeatureName TelnetClient -NoRestart
