# Downloads setup.ps1 in the build VM, checks it and runs it.
$url = 'https://files.contoso.com/it''s/setup.ps1'
$sha256 = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'
$file = 'c:\Windows\Temp\setup.ps1'
try {
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  foreach ($pause in 5, 10, 20, 0) {
    try { Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $file; break }
    catch { if (-not $pause) { throw }; Start-Sleep -Seconds $pause }
  }
  if ((Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash -ne $sha256) { throw "its sha256 is not $sha256" }
} catch {
  Write-Output "setup.ps1 was not downloaded: $_"
  exit 1
}
try { & $file } finally { Remove-Item -Force $file }
exit $LastExitCode
