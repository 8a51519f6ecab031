# Downloads page.html in the build VM and moves it to its destination.
$url = 'https://files.contoso.com/page.html'
$destination = 'c:\pages\page.html'
$file = 'c:\Windows\Temp\page.html'
try {
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  foreach ($pause in 5, 10, 20, 0) {
    try { Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $file; break }
    catch { if (-not $pause) { throw }; Start-Sleep -Seconds $pause }
  }
  $folder = Split-Path -Parent $destination
  if ($folder) { New-Item -ItemType Directory -Force $folder | Out-Null }
  Move-Item -Force -LiteralPath $file -Destination $destination -ErrorAction Stop
} catch {
  Write-Output "page.html was not put in place: $_"
  exit 1
}
