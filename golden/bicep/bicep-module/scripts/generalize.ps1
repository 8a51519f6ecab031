$script = 'c:\DeprovisioningScript.ps1'
if (-not (Test-Path $script)) {
  Write-Output "$script is missing: a step removed it, so the image would not be generalized."
  exit 1
}
Get-Content $script
& $script
