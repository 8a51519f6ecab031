# Downloads what the template names by scriptUri and sourceUri, once, before `packer build`; Image Builder does the
# same when a template is submitted. It can be run again at any time: what is there and has the right checksum is kept.
# Azure blobs that need a sign-in: $env:AZURE_STORAGE_AUTH = 'login'; .\scripts\fetch.ps1
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
Set-Location $PSScriptRoot

function Get-Needed($Name, $Default, $What) {
  $value = [Environment]::GetEnvironmentVariable($Name)
  if ($value) { return $value }
  if ($Default) { return $Default }
  throw "Set the environment variable $Name first: $What"
}

function Get-File($Url, $File, $Sha256) {
  if ($Sha256 -and (Test-Path $File) -and (Get-FileHash $File -Algorithm SHA256).Hash -eq $Sha256) {
    Write-Output "${File}: is there already"
    return
  }
  if ($Url -notlike 'https://*') { throw "${File}: the address does not begin with https://" }
  $request = @{ Uri = $Url; OutFile = "$File.part"; UseBasicParsing = $true; TimeoutSec = 600 }
  if ($env:AZURE_STORAGE_AUTH -eq 'login' -and $Url -like 'https://*.blob.core.*') {
    $token = az account get-access-token --resource https://storage.azure.com/ --query accessToken -o tsv
    $request.Headers = @{ Authorization = "Bearer $token"; 'x-ms-version' = '2020-10-02' }
    $request.MaximumRedirection = 0
  }
  for ($attempt = 1; ; $attempt++) {
    try { Invoke-WebRequest @request; break }
    catch { if ($attempt -ge 5) { throw }; Start-Sleep -Seconds 5 }
  }
  if ($Sha256 -and (Get-FileHash "$File.part" -Algorithm SHA256).Hash -ne $Sha256) {
    Remove-Item "$File.part"
    throw "${File}: the download is not the file that the template names"
  }
  Move-Item -Force "$File.part" $File
  Write-Output "${File}: fetched"
}

Get-File 'https://files.contoso.com/setup.sh' 'setup.sh'
