# Downloads file.zip in the build VM and puts it at its destination.

# Why a download failed, and what to do.
function Get-Reason($Failure, $Status) {
  if (($Status -ge 300 -and $Status -lt 400) -or $Failure.FullyQualifiedErrorId -like 'InsecureRedirection*') {
    return 'its address leads on too often, or to one without encryption: write the address that the file has in the end'
  }
  if ($Status) { return 'the server does not give it ({0}): check the address, and that the identity of the build VM has the role Storage Blob Data Reader on it' -f $Status }
  if ($Failure.Exception.GetBaseException() -is [Security.Authentication.AuthenticationException]) {
    return 'the certificate of its server cannot be trusted: correct the address, or make Windows trust the authority behind it'
  }
  'its server cannot be reached, or broke off: check the address and the network of the build VM'
}

# The answer to a request; tried again where that may help.
function Get-Answer($Request) {
  if ((Get-Command Invoke-WebRequest).Parameters.ContainsKey('OperationTimeoutSeconds')) { $Request.OperationTimeoutSeconds = 120 }
  for ($attempt = 1; ; $attempt++) {
    try {
      $answer = Invoke-WebRequest @Request -UseBasicParsing -PassThru -TimeoutSec 600
      break
    } catch {
      $status = [int]$_.Exception.Response.StatusCode
      $isFinal = $status -ge 300 -and $status -lt 500 -and $status -ne 408 -and $status -ne 429
      if ($isFinal -or $attempt -ge 5) { throw "$(Get-Reason $_ $status)" }
      Start-Sleep -Seconds 5
    }
  }
  $end = $answer.BaseResponse.ResponseUri
  if (-not $end) { $end = $answer.BaseResponse.RequestMessage.RequestUri }
  if ($end.Scheme -ne 'https') { throw 'its address leads to one without encryption: write the address that the file has in the end' }
}

function Save-Download($File) {
  $ErrorActionPreference = 'Stop'
  $ProgressPreference = 'SilentlyContinue'
  $address = $env:DOWNLOAD_ADDRESS
  $identity = $env:DOWNLOAD_IDENTITY
  $destination = $env:DOWNLOAD_DESTINATION
  Remove-Item 'Env:DOWNLOAD_ADDRESS', 'Env:DOWNLOAD_IDENTITY', 'Env:DOWNLOAD_DESTINATION'
  if ($address -notlike 'https://*') { throw 'its address does not begin with https://' }
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  $request = @{ Uri = $address; OutFile = $File }
  if (([Uri]$address).Host -match '\.(blob\.core\.windows\.net|blob\.core\.chinacloudapi\.cn|blob\.core\.usgovcloudapi\.net|blob\.core\.cloudapi\.de|blob\.storage\.azure\.net)$' -and $address -notmatch '[?&]sig=') {
    $metadata = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F&msi_res_id=$identity"
    $token = (Invoke-RestMethod -Uri $metadata -Headers @{ Metadata = 'true' } -UseBasicParsing).access_token
    $request.Headers = @{ Authorization = "Bearer $token"; 'x-ms-version' = '2020-10-02' }
    $request.MaximumRedirection = 0
  }
  Get-Answer $request
  if ($destination -match '[\\/]$') { $destination += 'file.zip' }
  if (Test-Path -LiteralPath $destination -PathType Container) { throw "$destination is a folder: the destination must name the file, too" }
  $folder = Split-Path -Path $destination -Parent
  if ($folder) { New-Item -ItemType Directory -Force -Path $folder | Out-Null }
  Move-Item -LiteralPath $File -Destination $destination -Force
}

$file = 'c:\Windows\Temp\03-tool.ps1'
try {
  Save-Download $file
} catch {
  Remove-Item -LiteralPath $file -Force -ErrorAction SilentlyContinue
  Write-Output "file.zip: not downloaded, because $($_.Exception.Message)"
  exit 1
}
