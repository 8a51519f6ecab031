Write-Host "a"
Write-Host "b"
