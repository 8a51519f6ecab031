# Downloads what the template names by scriptUri and sourceUri, once, before `packer build`; Image Builder does the
# same when a template is submitted. It can be run again at any time: what is there and has the right checksum is kept.
# Azure blobs that need a sign-in: $env:AZURE_STORAGE_AUTH = 'login'; .\scripts\fetch.ps1
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12

# What a file of values says at its top, a line each as HCL has it, also where it is JSON; lists and objects with their first line.
function Get-Said($Path) {
  if ($Path -like '*.json') {
    $said = Get-Content -Encoding UTF8 -Raw -LiteralPath $Path | ConvertFrom-Json
    return $said.PSObject.Properties | ForEach-Object {
      $isPlain = $_.Value -is [string] -and $_.Value -notmatch '["\\]' # which ConvertTo-Json may spell otherwise
      "$($_.Name) = " + $(if ($isPlain) { "`"$($_.Value)`"" } else { ConvertTo-Json -Compress -Depth 99 -InputObject $_.Value })
    }
  }
  $depth = 0
  foreach ($line in Get-Content -Encoding UTF8 -LiteralPath $Path) {
    if ($depth -eq 0) { $line }
    $bare = $line -replace '"(?:[^"\\]|\\.)*"' -replace '(?:#|//).*'
    $depth += [regex]::Matches($bare, '[\[{(]').Count - [regex]::Matches($bare, '[\])}]').Count
  }
}

# Of such a line, the value if it is a plain text or word: without escapes and templates, of which Packer makes others; else nothing.
function Get-Plain($Line) {
  if ($Line -match '^\s*[A-Za-z_][\w-]*\s*=\s*(?:"((?:[^"\\$%]|[$%](?!\{))*)"|(\w+))\s*(?:(?:#|//).*)?$') { "$($Matches[1])$($Matches[2])" }
}

# As Packer does: what is given by -var counts first, then the project's files of values, then the environment.
function Get-Input($Variable, $Name, $Default, $What) {
  $value = $null
  $unread = $false
  if ($Name -and " $env:GIVEN_VARIABLES " -notlike "* $Name *") {
    $files = 'hcl', 'json' | ForEach-Object { Get-ChildItem -Path (Split-Path $PSScriptRoot) -Filter "*.auto.pkrvars.$_" | Sort-Object Name }
    $line = $files | ForEach-Object { Get-Said $_.FullName } | Where-Object { $_ -match "^\s*$([regex]::Escape($Name))\s*=" } | Select-Object -Last 1
    if ($line) {
      $value = Get-Plain $line
      $unread = $null -eq $value
    }
    if (" $env:UNREAD_VARIABLES " -like "* $Name *") {
      $value = $null
      $unread = $true
    }
  }
  if (-not $value) { $value = [Environment]::GetEnvironmentVariable($Variable) }
  if ($value) { return $value }
  if ($unread) {
    [Console]::Error.WriteLine("The value of $Name in a file of values is more than a plain text: set the environment variable $Variable to what it is.")
    exit 1
  }
  if ($null -ne $Default) { return $Default }
  [Console]::Error.WriteLine("Set the environment variable $Variable first: $What")
  exit 1
}

$PKR_VAR_scriptAccount = Get-Input PKR_VAR_scriptAccount 'scriptAccount' 'contososcripts' 'URL of the file of step set up.'

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

Get-File "https://${PKR_VAR_scriptAccount}.blob.core.usgovcloudapi.net/scripts/set-up.sh" 'set-up.sh'
exit 0
