# Downloads setup.ps1 in the build VM and runs it, as Image Builder does.

# Why a download failed, and what to do.
function Get-Reason($Failure, $Status) {
  if ($Status -ge 300 -and $Status -lt 400) {
    return 'its address leads on too often, or to one without encryption: write the address that the file has in the end'
  }
  if ($Status) { return 'the server does not give it ({0}): check the address, and whether the shared access signature has expired' -f $Status }
  if ($Failure.GetBaseException() -is [Security.Authentication.AuthenticationException]) {
    return 'the certificate of its server cannot be trusted: correct the address, or make Windows trust the authority behind it'
  }
  'its server cannot be reached, or broke off: check the address and the network of the build VM'
}

# Saves what the server sends, byte for byte; says whether it has packed it. Invoke-WebRequest would unpack, or not, by its version.
function Receive-File($Url, $File, $Headers) {
  $place = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($File) # as .NET takes it
  $request = [Net.WebRequest]::Create($Url)
  $request.UserAgent = 'PowerShell'
  $request.Timeout = 600000
  $request.ReadWriteTimeout = 120000
  $request.AllowAutoRedirect = -not $Headers # they are for that server only
  $request.MaximumAutomaticRedirections = 10
  if ($Headers) { foreach ($name in $Headers.Keys) { $request.Headers[$name] = $Headers[$name] } }
  $answer = $request.GetResponse()
  try {
    if ([int]$answer.StatusCode -ge 300) { throw "$([int]$answer.StatusCode)" }
    if ($answer.ResponseUri.Scheme -ne 'https') { throw '302' }
    $to = [IO.File]::Create($place)
    try { $answer.GetResponseStream().CopyTo($to) } finally { $to.Close() }
    if ($answer.ContentLength -ge 0 -and (Get-Item -LiteralPath $File).Length -ne $answer.ContentLength) { throw 'it was cut off' }
    return $answer.ContentEncoding -eq 'gzip'
  } finally { $answer.Close() }
}

# The same; tried again where that may help.
function Save-Answer($Url, $File, $Headers) {
  for ($attempt = 1; ; $attempt++) {
    try {
      return Receive-File $Url $File $Headers
    } catch {
      $status = 0
      if ("$_" -match '^\d+$') { $status = [int]"$_" }
      for ($each = $_.Exception; $each; $each = $each.InnerException) { if ($each.Response) { $status = [int]$each.Response.StatusCode } }
      $isFinal = $status -ge 300 -and $status -lt 500 -and $status -ne 408 -and $status -ne 429
      if ($isFinal -or $attempt -ge 5) { throw "$(Get-Reason $_.Exception $status)" }
      Start-Sleep -Seconds 5
    }
  }
}

# Not where the server has only said that it is packed.
function Expand-Gzip($File) {
  $place = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($File)
  $from = [IO.File]::OpenRead($place)
  try {
    $packed = New-Object IO.Compression.GZipStream $from, ([IO.Compression.CompressionMode]::Decompress)
    $to = [IO.File]::Create("$place.unpacked")
    try { $packed.CopyTo($to) } finally { $to.Close() }
  } catch {
    Remove-Item -LiteralPath "$File.unpacked"
    return
  } finally { $from.Close() }
  Move-Item -Force -LiteralPath "$File.unpacked" -Destination $File
}

function Save-Download($File) {
  $ErrorActionPreference = 'Stop'
  $ProgressPreference = 'SilentlyContinue'
  $address = 'https://contosoimages.blob.core.windows.net/more/setup.ps1'
  $address = "${address}?$env:DOWNLOAD_SIGNATURE"
  Remove-Item 'Env:DOWNLOAD_SIGNATURE' -ErrorAction SilentlyContinue # one that is empty is not there
  if ($address -notlike 'https://*') { throw 'its address does not begin with https://' }
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  $headers = $null
  $isPacked = Save-Answer $address $File $headers
  if ($isPacked) { Expand-Gzip $File }
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
