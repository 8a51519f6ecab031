# Downloads drivers in the build VM and runs it.
$url = 'https://files.contoso.com/drivers'
$file = 'c:\Windows\Temp\drivers.ps1'
try {
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  foreach ($pause in 5, 10, 20, 0) {
    try { Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $file; break }
    catch { if (-not $pause) { throw }; Start-Sleep -Seconds $pause }
  }
} catch {
  Write-Output "drivers was not downloaded: $_"
  exit 3
}
try { & $file } finally { Remove-Item -Force $file }
exit $LastExitCode
