Write-Host "c"
