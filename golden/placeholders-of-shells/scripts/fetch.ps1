# Downloads what the template names by scriptUri and sourceUri, once, before `packer build`; Image Builder does the
# same when a template is submitted. It can be run again at any time: what is there and has the right checksum is kept.
# Azure blobs that need a sign-in: $env:AZURE_STORAGE_AUTH = 'login'; .\scripts\fetch.ps1
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12

# Why a download failed, and what to do.
function Get-Reason($Failure, $Status) {
  if ($Status -ge 300 -and $Status -lt 400) {
    return 'its address leads on too often, or to one without encryption: write the address that the file has in the end'
  }
  if ($Status) { return 'the server does not give it ({0}): check the address; sign in to private blobs with AZURE_STORAGE_AUTH=login, or renew the signature' -f $Status }
  if ($Failure.GetBaseException() -is [Security.Authentication.AuthenticationException]) {
    return 'the certificate of its server cannot be trusted: correct the address, or make Windows trust the authority behind it'
  }
  'its server cannot be reached, or broke off: check the address and your network, then run this again'
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

function Get-Sha256($Path) { (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLower() }

function Test-PrivateBlob($Url) {
  $env:AZURE_STORAGE_AUTH -eq 'login' -and $Url -like 'https://*' -and $Url -notmatch '[?&]sig=' -and
    ([Uri]$Url).Host -match '\.(blob\.core\.windows\.net|blob\.core\.chinacloudapi\.cn|blob\.core\.usgovcloudapi\.net|blob\.core\.cloudapi\.de|blob\.storage\.azure\.net)$'
}

function Save-File($Url, $Path, $Sha256) {
  if ($Url -notlike 'https://*') { throw 'its address does not begin with https://' }
  $headers = $null
  if (Test-PrivateBlob $Url) {
    $token = az account get-access-token --resource https://storage.azure.com/ --query accessToken -o tsv
    if (-not $token) { throw 'az gave no token: run az login first' }
    $headers = @{ Authorization = "Bearer $token"; 'x-ms-version' = '2020-10-02' }
  }
  $isPacked = Save-Answer $Url $Path $headers
  # The checksum, or the name, tells whether a packed file is meant as it was sent.
  $isMeant = if ($Sha256) { (Get-Sha256 $Path) -eq $Sha256 } else { $Path -match '\.(gz|tgz)\.part$' }
  if ($isPacked -and -not $isMeant) { Expand-Gzip $Path }
  if ($Sha256 -and (Get-Sha256 $Path) -ne $Sha256) {
    throw "it is not the file that the template names, for its sha256 is $(Get-Sha256 $Path): look at it, or correct sha256Checksum"
  }
}

function Get-File($Url, $File, $Sha256) {
  $path = Join-Path $PSScriptRoot $File
  if ($Sha256 -and (Test-Path -LiteralPath $path) -and (Get-Sha256 $path) -eq $Sha256) {
    Write-Output "${File}: is there already"
    return
  }
  try {
    Save-File $Url "$path.part" $Sha256
    Move-Item -Force -LiteralPath "$path.part" -Destination $path
    Write-Output "${File}: fetched"
  } catch {
    Remove-Item -LiteralPath "$path.part" -ErrorAction SilentlyContinue
    [Console]::Error.WriteLine("${File}: not fetched, because $($_.Exception.Message)")
    exit 1
  }
}

Get-File 'https://example.com/files/note.txt' 'note.txt'
exit 0
