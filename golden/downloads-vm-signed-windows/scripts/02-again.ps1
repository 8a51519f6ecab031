# Downloads setup.ps1 in the build VM and runs it, as Image Builder does.

# Why a download failed, and what to do.
function Get-Reason($Failure, $Status) {
  if (($Status -ge 300 -and $Status -lt 400) -or $Failure.FullyQualifiedErrorId -like 'InsecureRedirection*') {
    return 'its address leads on too often, or to one without encryption: write the address that the file has in the end'
  }
  if ($Status) { return 'the server does not give it ({0}): check the address, and whether the shared access signature has expired' -f $Status }
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
  $address = 'https://contosoimages.blob.core.windows.net/more/setup.ps1'
  $address = "${address}?$env:DOWNLOAD_SIGNATURE"
  Remove-Item 'Env:DOWNLOAD_SIGNATURE'
  if ($address -notlike 'https://*') { throw 'its address does not begin with https://' }
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  $request = @{ Uri = $address; OutFile = $File }
  Get-Answer $request
}

$file = 'c:\Windows\Temp\02-again.ps1'
try {
  Save-Download $file
} catch {
  Remove-Item -LiteralPath $file -Force -ErrorAction SilentlyContinue
  Write-Output "setup.ps1: not downloaded, because $($_.Exception.Message)"
  exit 1
}
try {
  & $file
} finally {
  Remove-Item -LiteralPath $file -Force -ErrorAction SilentlyContinue
}
exit $LastExitCode
