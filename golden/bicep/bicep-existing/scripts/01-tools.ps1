Install-WindowsFeature RSAT-AD-Tools
