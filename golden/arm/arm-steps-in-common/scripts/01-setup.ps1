Write-Host setup
