# Downloads setup.ps1 in the build VM and runs it.
$url = $env:DOWNLOAD_URL
Remove-Item 'Env:DOWNLOAD_URL' -ErrorAction SilentlyContinue
$file = 'c:\Windows\Temp\setup.ps1'
try {
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  foreach ($pause in 5, 10, 20, 0) {
    try { Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $file; break }
    catch { if (-not $pause) { throw }; Start-Sleep -Seconds $pause }
  }
} catch {
  Write-Output "setup.ps1 was not downloaded: $_"
  exit 1
}
try { & $file } finally { Remove-Item -Force $file }
exit $LastExitCode
