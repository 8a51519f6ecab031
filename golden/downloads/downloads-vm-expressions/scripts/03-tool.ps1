# Downloads file.zip in the build VM and moves it to its destination.
$url = $env:DOWNLOAD_URL
$identity = $env:DOWNLOAD_IDENTITY
$destination = $env:DOWNLOAD_DESTINATION
Remove-Item 'Env:DOWNLOAD_URL', 'Env:DOWNLOAD_IDENTITY', 'Env:DOWNLOAD_DESTINATION' -ErrorAction SilentlyContinue
$file = 'c:\Windows\Temp\file.zip'
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
  $folder = Split-Path -Parent $destination
  if ($folder) { New-Item -ItemType Directory -Force $folder | Out-Null }
  Move-Item -Force -LiteralPath $file -Destination $destination -ErrorAction Stop
} catch {
  Write-Output "file.zip was not put in place: $_"
  exit 1
}
