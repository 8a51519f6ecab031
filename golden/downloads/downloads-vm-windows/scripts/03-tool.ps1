# Downloads tool.zip in the build VM, checks it and moves it to its destination.
$url = 'https://files.contoso.com/tool.zip'
$sha256 = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'
$destination = 'c:\tools\it''s a tööl.zip'
$file = 'c:\Windows\Temp\tool.zip'
try {
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  foreach ($pause in 5, 10, 20, 0) {
    try { Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $file; break }
    catch { if (-not $pause) { throw }; Start-Sleep -Seconds $pause }
  }
  if ((Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash -ne $sha256) { throw "its sha256 is not $sha256" }
  $folder = Split-Path -Parent $destination
  if ($folder) { New-Item -ItemType Directory -Force $folder | Out-Null }
  Move-Item -Force -LiteralPath $file -Destination $destination -ErrorAction Stop
} catch {
  Write-Output "tool.zip was not put in place: $_"
  exit 1
}
