# Downloads licensed.ps1 in the build VM and runs it.
$url = $env:DOWNLOAD_URL
$identity = $env:DOWNLOAD_IDENTITY
Remove-Item 'Env:DOWNLOAD_URL', 'Env:DOWNLOAD_IDENTITY' -ErrorAction SilentlyContinue
$file = 'c:\Windows\Temp\licensed.ps1'
try {
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  # The identity of the VM reads private blobs.
  $headers = @{}
  if ($url -match '^https://[a-z0-9.]+\.blob\.core\.windows\.net/[^?]*$') {
    $from = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F&msi_res_id=$identity"
    $token = (Invoke-RestMethod -UseBasicParsing -Uri $from -Headers @{ Metadata = 'true' }).access_token
    $headers = @{ Authorization = "Bearer $token"; 'x-ms-version' = '2020-10-02' }
  }
  foreach ($pause in 5, 10, 20, 0) {
    try { Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $file -Headers $headers; break }
    catch { if (-not $pause) { throw }; Start-Sleep -Seconds $pause }
  }
} catch {
  Write-Output "licensed.ps1 was not downloaded: $_"
  exit 1
}
try { & $file } finally { Remove-Item -Force $file }
exit $LastExitCode
