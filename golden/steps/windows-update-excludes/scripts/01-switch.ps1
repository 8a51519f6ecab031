$key = "HKLM:\\SOFTWARE\Contoso"
if (Test-Path $key) { Write-Host "has ${key}" }
