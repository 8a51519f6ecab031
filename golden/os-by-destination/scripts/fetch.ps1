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
  $request = @{ Uri = $Url; OutFile = "$File.part"; UseBasicParsing = $true; PassThru = $true; TimeoutSec = 600 }
  $isBlob = $Url -like 'https://*' -and ([Uri]$Url).Host -match '\.(blob\.core\.windows\.net|blob\.core\.chinacloudapi\.cn|blob\.core\.usgovcloudapi\.net|blob\.core\.cloudapi\.de|blob\.storage\.azure\.net)$' -and $Url -notmatch '[?&]sig='
  if ($env:AZURE_STORAGE_AUTH -eq 'login' -and $isBlob) {
    $token = az account get-access-token --resource https://storage.azure.com/ --query accessToken -o tsv
    if (-not $token) { throw "${File}: az gave no token: run az login first" }
    $request.Headers = @{ Authorization = "Bearer $token"; 'x-ms-version' = '2020-10-02' }
    $request.MaximumRedirection = 0
  }
  for ($attempt = 1; ; $attempt++) {
    try {
      $answer = Invoke-WebRequest @request
      break
    } catch {
      Remove-Item "$File.part" -ErrorAction SilentlyContinue
      $status = [int]$_.Exception.Response.StatusCode
      $isFinal = $status -ge 300 -and $status -lt 500 -and $status -ne 408 -and $status -ne 429
      if ($isFinal -or $attempt -ge 5) {
        throw "${File}: not fetched ($($_.Exception.Message)): check the address; sign in to private blobs with AZURE_STORAGE_AUTH, or renew the signature"
      }
      Start-Sleep -Seconds 5
    }
  }
  $end = $answer.BaseResponse.ResponseUri
  if (-not $end) { $end = $answer.BaseResponse.RequestMessage.RequestUri }
  if ($end.Scheme -ne 'https') {
    Remove-Item "$File.part"
    throw "${File}: the address leads to one without encryption: write the address that the file has in the end"
  }
  if ($Sha256 -and (Get-FileHash "$File.part" -Algorithm SHA256).Hash -ne $Sha256) {
    Remove-Item "$File.part"
    throw "${File}: the download is not the file that the template names: look at it, or correct sha256Checksum"
  }
  Move-Item -Force "$File.part" $File
  Write-Output "${File}: fetched"
}

Get-File 'https://files.contoso.com/list.txt' 'list.txt'
