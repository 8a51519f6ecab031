# Looks, with az, for what must be there before the first build, and says what is missing and how to make it.
# With $env:BUILDER = '<object id of the user or service principal that builds>' it looks at the roles, too.
$ErrorActionPreference = 'Stop'

$az = (Get-Command az -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1).Source
if (-not $az) {
  [Console]::Error.WriteLine('az is not on PATH: install the Azure CLI and sign in (az login).')
  exit 1
}

# On Windows az is a batch file, and cmd takes some characters for its own where they stand outside of quotes; the value of a
# variable it puts in anywhere, and there is no way to say that it must not.
function Protect-Words([object[]] $Words) {
  $isBatch = $az -match '\.(cmd|bat)$'
  foreach ($each in $Words) {
    foreach ($word in $each) {
      if ($isBatch -and "$word" -match '[\r\n]') { throw "az would read the first line only of ""$word"": use another text, or build on another system." }
      foreach ($found in [regex]::Matches("$(if ($isBatch) { $word })", '%(?=([^%:]+)(:[^%]*)?%)')) {
        $name = $found.Groups[1].Value
        if ([Environment]::GetEnvironmentVariable($name) -or $name -in 'CD', 'DATE', 'TIME', 'RANDOM', 'ERRORLEVEL', 'CMDCMDLINE', 'CMDEXTVERSION') {
          throw "az would read a variable in %$name%: use another text, or build on another system."
        }
      }
      if (-not $isBatch -or "$word" -notmatch '[&|<>()^"]') { "$word" }
      else { '"' + ("$word" -replace '(\\*)"', '$1$1""' -replace '(\\+)$', '$1$1') + '"' }
    }
  }
}

$script:missing = 0
function Write-Missing($What, $Remedy) {
  Write-Output "missing  $What" "         $Remedy"
  $script:missing = 1
}

# What cannot be looked for.
function Write-Unknown($What, $Why) { Write-Output "unknown  $What" "         $Why" }

& { $ErrorActionPreference = 'Continue'; & $az account show --only-show-errors --output none 2>&1 | Out-Null }
if ($LASTEXITCODE -ne 0) {
  Write-Missing 'a signed-in az' 'az login'
  exit 1
}
Write-Output 'there    a signed-in az'
Write-Unknown 'the source image definition (from imageVersionId)' 'The template computes its name, and other values may have given another one: look for it yourself.'
Write-Unknown 'the subnet (from subnetId)' 'The template computes its name, and other values may have given another one: look for it yourself.'
Write-Unknown 'the resource group (from galleryImageId)' 'The template computes its name, and other values may have given another one: look for it yourself.'
Write-Unknown 'the gallery (from galleryImageId)' 'The template computes its name, and other values may have given another one: look for it yourself.'
Write-Unknown 'the image definition (from galleryImageId)/(from galleryImageId), with the generation of its source (V1 or V2)' 'The template computes its name, and other values may have given another one: look for it yourself.'
Write-Unknown 'the container (from vhdUri) in the storage account (from vhdUri)' 'The template computes its name, and other values may have given another one: look for it yourself.'
exit $missing
