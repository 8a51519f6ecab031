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

$PKR_VAR_staging = Get-Input PKR_VAR_staging 'staging' 'staging-rg' 'The template''s parameter staging.'
$PKR_VAR_subscription_id = Get-Input PKR_VAR_subscription_id 'subscription_id' $null 'Subscription to build in; in the template: subscription().'

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
Confirm-There "the resource group ${PKR_VAR_staging}" `
  "az group create --subscription '${PKR_VAR_subscription_id}' -n '${PKR_VAR_staging}' -l westeurope" `
  @('group', 'show', '--subscription', $PKR_VAR_subscription_id, '-n', $PKR_VAR_staging)
Confirm-There 'the resource group images-rg' `
  'az group create --subscription 00000000-0000-0000-0000-000000000001 -n images-rg -l westeurope' `
  @('group', 'show', '--subscription', '00000000-0000-0000-0000-000000000001', '-n', 'images-rg')
if ($env:BUILDER) {
  Confirm-Role 'Contributor' "/subscriptions/${PKR_VAR_subscription_id}/resourceGroups/${PKR_VAR_staging}" 'Owner'
  Confirm-Role 'Contributor' '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images-rg' 'Owner'
}
exit $missing
