Write-Output settings
