# Downloads script.ps1 in the build VM, checks it and runs it, as Image Builder does.
function Save-Download($File) {
  $ErrorActionPreference = 'Stop'
  $ProgressPreference = 'SilentlyContinue'
  $address = $env:DOWNLOAD_ADDRESS
  $sha256 = $env:DOWNLOAD_SHA256
  $identity = $env:DOWNLOAD_IDENTITY
  Remove-Item 'Env:DOWNLOAD_ADDRESS', 'Env:DOWNLOAD_IDENTITY', 'Env:DOWNLOAD_SHA256'
  if ($address -notlike 'https://*') { throw 'its address does not begin with https://' }
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  $request = @{ Uri = $address; OutFile = $File; UseBasicParsing = $true; PassThru = $true; TimeoutSec = 600 }
  if (([Uri]$address).Host -match '\.(blob\.core\.windows\.net|blob\.core\.chinacloudapi\.cn|blob\.core\.usgovcloudapi\.net|blob\.core\.cloudapi\.de|blob\.storage\.azure\.net)$' -and $address -notmatch '[?&]sig=') {
    $metadata = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F&msi_res_id=$identity"
    $token = (Invoke-RestMethod -Uri $metadata -Headers @{ Metadata = 'true' } -UseBasicParsing).access_token
    $request.Headers = @{ Authorization = "Bearer $token"; 'x-ms-version' = '2020-10-02' }
    $request.MaximumRedirection = 0
  }
  for ($attempt = 1; ; $attempt++) {
    try {
      $answer = Invoke-WebRequest @request
      break
    } catch {
      $status = [int]$_.Exception.Response.StatusCode
      $isFinal = $status -ge 300 -and $status -lt 500 -and $status -ne 408 -and $status -ne 429
      if ($isFinal -or $attempt -ge 5) { throw "not downloaded ($($_.Exception.Message)): check the address, and that the identity of the build VM has the role Storage Blob Data Reader on it" }
      Start-Sleep -Seconds 5
    }
  }
  $end = $answer.BaseResponse.ResponseUri
  if (-not $end) { $end = $answer.BaseResponse.RequestMessage.RequestUri }
  if ($end.Scheme -ne 'https') { throw 'its address leads to one without encryption: write the address that the file has in the end' }
  if ((Get-FileHash -LiteralPath $File -Algorithm SHA256).Hash -ne $sha256) {
    throw 'the download is not the file that the template names: look at it, or correct sha256Checksum'
  }
}

$file = 'c:\Windows\Temp\01-set-up.ps1'
try {
  Save-Download $file
} catch {
  Remove-Item -LiteralPath $file -Force -ErrorAction SilentlyContinue
  Write-Output "script.ps1: $($_.Exception.Message)"
  exit 1
}
try {
  & $file
} finally {
  Remove-Item -LiteralPath $file -Force -ErrorAction SilentlyContinue
}
exit $LastExitCode
