# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With $env:BUILDER = '<object id of the user or service principal that builds>' it looks at the roles, too.
$ErrorActionPreference = 'Stop'

$az = (Get-Command az -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1).Source
if (-not $az) {
  [Console]::Error.WriteLine('az is not on PATH: install the Azure CLI and sign in (az login).')
  exit 1
}

# On Windows az is a batch file, and cmd takes some characters for its own where they stand outside of quotes.
function Protect-Words([object[]] $Words) {
  foreach ($each in $Words) {
    foreach ($word in $each) {
      if ($az -notmatch '\.(cmd|bat)$' -or "$word" -notmatch '[&|<>()^"]') { "$word" }
      else { '"' + ("$word" -replace '"', '""' -replace '(\\+)$', '$1$1') + '"' }
    }
  }
}

$script:missing = 0
function Write-Missing($What, $Remedy) {
  Write-Output "missing  $What" "         $Remedy"
  $script:missing = 1
}

& $az account show --only-show-errors --output none 2> $null
if ($LASTEXITCODE -ne 0) {
  Write-Missing 'a signed-in az' 'az login'
  exit 1
}
Write-Output 'there    a signed-in az'
exit $missing
