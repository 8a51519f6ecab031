# Downloads drivers in the build VM and runs it, as Image Builder does.
function Save-Download($File) {
  $ErrorActionPreference = 'Stop'
  $ProgressPreference = 'SilentlyContinue'
  $address = 'https://files.contoso.com/drivers'
  if ($address -notlike 'https://*') { throw 'its address does not begin with https://' }
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  $request = @{ Uri = $address; OutFile = $File; UseBasicParsing = $true; PassThru = $true; TimeoutSec = 600 }
  for ($attempt = 1; ; $attempt++) {
    try {
      $answer = Invoke-WebRequest @request
      break
    } catch {
      $status = [int]$_.Exception.Response.StatusCode
      $isFinal = $status -ge 300 -and $status -lt 500 -and $status -ne 408 -and $status -ne 429
      if ($isFinal -or $attempt -ge 5) { throw "not downloaded ($($_.Exception.Message)): check the address; a private blob needs a shared access signature, or an identity in vmProfile.userAssignedIdentities" }
      Start-Sleep -Seconds 5
    }
  }
  $end = $answer.BaseResponse.ResponseUri
  if (-not $end) { $end = $answer.BaseResponse.RequestMessage.RequestUri }
  if ($end.Scheme -ne 'https') { throw 'its address leads to one without encryption: write the address that the file has in the end' }
}

$file = 'c:\Windows\Temp\02-drivers.ps1'
try {
  Save-Download $file
} catch {
  Remove-Item -LiteralPath $file -Force -ErrorAction SilentlyContinue
  Write-Output "drivers: $($_.Exception.Message)"
  exit 3
}
try {
  & $file
} finally {
  Remove-Item -LiteralPath $file -Force -ErrorAction SilentlyContinue
}
exit $LastExitCode
