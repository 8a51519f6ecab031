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

# Calls the action with what az says; nothing is found where az ends with 3, and with any other code it could not tell.
function Use-Found($What, $Remedy, [object[]] $Words, [scriptblock] $Action) {
  $ErrorActionPreference = 'Continue'
  $Words = @(Protect-Words $Words)
  $said, $errors = @(& $az @Words --only-show-errors 2>&1).Where({ $_ -isnot [Management.Automation.ErrorRecord] }, 'Split')
  if ($LASTEXITCODE -eq 0) { & $Action $said }
  elseif ($LASTEXITCODE -eq 3) { Write-Missing $What $Remedy }
  else {
    Write-Unknown $What ($errors -join ' ')
    $script:missing = 1
  }
}

# az finds it.
function Confirm-There($What, $Remedy, [object[]] $Words) {
  Use-Found $What $Remedy ($Words + @('--output', 'none')) { Write-Output "there    $What" }
}

# The role, or one of the others, which hold its rights.
function Confirm-Role($Role, $Scope, [string[]] $Also) {
  $words = 'role', 'assignment', 'list', '--assignee', $env:BUILDER, '--scope', $Scope, '--include-inherited', '--include-groups',
    '--query', '[].roleDefinitionName', '--output', 'tsv'
  Use-Found "$Role on $Scope" '' $words {
    param($Found)
    if (@($Role) + $Also | Where-Object { $Found -contains $_ }) { Write-Output "there    $Role on $Scope" }
    else { Write-Missing "$Role on $Scope" "az role assignment create --assignee $env:BUILDER --role '$Role' --scope '$Scope'" }
  }
}

& { $ErrorActionPreference = 'Continue'; & $az account show --only-show-errors --output none 2>&1 | Out-Null }
if ($LASTEXITCODE -ne 0) {
  Write-Missing 'a signed-in az' 'az login'
  exit 1
}
Write-Output 'there    a signed-in az'
Confirm-There 'the resource group images' `
  'az group create --subscription 00000000-0000-0000-0000-000000000000 -n images -l westeurope' `
  @('group', 'show', '--subscription', '00000000-0000-0000-0000-000000000000', '-n', 'images')
if ($env:BUILDER) {
  Confirm-Role 'Contributor' '/subscriptions/00000000-0000-0000-0000-000000000000' 'Owner'
}
exit $missing
