# Downloads setup.ps1 in the build VM, checks it and runs it.
$url = 'https://contosoimages.blob.core.windows.net/scripts/setup.ps1'
$sha256 = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'
$identity = '%2Fsubscriptions%2F00000000-0000-0000-0000-000000000001%2FresourceGroups%2Fidentity-rg%2Fproviders%2FMicrosoft.ManagedIdentity%2FuserAssignedIdentities%2Fblob-reader'
$file = 'c:\Windows\Temp\setup.ps1'
try {
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  # The identity of the VM reads private blobs.
  $from = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F&msi_res_id=$identity"
  $token = (Invoke-RestMethod -UseBasicParsing -Uri $from -Headers @{ Metadata = 'true' }).access_token
  $headers = @{ Authorization = "Bearer $token"; 'x-ms-version' = '2020-10-02' }
  foreach ($pause in 5, 10, 20, 0) {
    try { Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $file -Headers $headers; break }
    catch { if (-not $pause) { throw }; Start-Sleep -Seconds $pause }
  }
  if ((Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash -ne $sha256) { throw "its sha256 is not $sha256" }
} catch {
  Write-Output "setup.ps1 was not downloaded: $_"
  exit 1
}
try { & $file } finally { Remove-Item -Force $file }
exit $LastExitCode
