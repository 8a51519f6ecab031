# Makes the outputs that Packer cannot publish, from those of the last build. Requires az login.
# After a failure, make only what is missing: .\distribute.ps1 NAME...
Set-Location -LiteralPath $PSScriptRoot
$wanted, $failed = $args, @()
function Split-Items($text) { if ($text) { $text -split [char]0x1e } }
$manifest = Get-Content -Raw -Encoding UTF8 manifest.json -ErrorAction Stop | ConvertFrom-Json
$build = $manifest.builds[-1].custom_data
$native_id = $build.'native'; $replication_regions_1 = $build.'replication_regions_1'; $artifact_tags_1 = $build.'artifact_tags_1';
  $image_name = $build.'image_name'; $location_2 = $build.'location_2'; $group_2 = $build.'group_2'; $who = $build.'who';
  $released = $build.'released'

function Add-Output($name, $command) {
  if ($wanted -and $name -notin $wanted) { return }
  & $command
  if ($LASTEXITCODE -eq 0) { Write-Host "${name}: made" } else { $script:failed += $name }
}

# Numbered above the highest version; the first 8 words of the options name the image definition.
function New-NextVersion($version, $options) {
  if ($version -notlike '*.*.*') {
    $definition = $options[0..7]
    $versions = az sig image-version list @definition --query '[].name' --output tsv
    if ($LASTEXITCODE) { return }
    $last = $versions | ForEach-Object { [version]$_ } | Where-Object { -not $version -or $_.Major -eq $version } | Sort-Object | Select-Object -Last 1
    $version = if ($last) { "$($last.Major).$($last.Minor).$($last.Build + 1)" } else { "$([int]$version).0.1" }
  }
  az sig image-version create @options --gallery-image-version $version --output none
}

# Replaces the image by one from a temporary disk. The first 4 words of the options name subscription and group.
function New-ManagedImage($image, $region, $options) {
  $group = $options[0..3]
  $generation = az sig image-definition show --ids ($native_id -replace '/versions/.*') --query hyperVGeneration --output tsv
  if ($LASTEXITCODE) { return }
  az disk create @group --name "$image-disk" --location $region --gallery-image-reference $native_id --output none
  if ($LASTEXITCODE) { return }
  az image delete @group --name $image
  az image create @options --name $image --location $region --source "$image-disk" --os-type Linux --hyper-v-generation $generation --output none; $outcome = $LASTEXITCODE
  az disk delete @group --name "$image-disk" --yes
  if ($outcome) { $global:LASTEXITCODE = $outcome }
}

# Copies the VHD that Packer wrote.
function Copy-Blob($account, $container, $blob, $options) {
  $source = @('--subscription', '00000000-0000-0000-0000-000000000001', '--source-account-name', 'contosodisks', '--source-container', 'vhds', '--source-blob', 'base.vhd')
  az storage blob copy start --auth-mode login --account-name $account --destination-container $container --destination-blob $blob @source @options --output none
  if ($LASTEXITCODE) { return }
  while ('pending' -eq ($state = az storage blob show --auth-mode login --account-name $account --container-name $container --name $blob --query properties.copy.status --output tsv)) {
    Start-Sleep -Seconds 15
  }
  if ($state -ne 'success') { Write-Host "The copy ended: $state"; $global:LASTEXITCODE = 1 }
}

Add-Output 'copy' { New-NextVersion '' @(@('--subscription', '00000000-0000-0000-0000-000000000001', '--resource-group', 'gallery-rg', '--gallery-name', 'company',
  '--gallery-image-definition', 'copy', '--location', 'westeurope', '--image-version', $native_id, '--target-regions',
  (Split-Items $replication_regions_1), '--tags', (Split-Items $artifact_tags_1)) | ForEach-Object { $_ }) }
Add-Output 'image' { New-ManagedImage $image_name $location_2 @('--subscription', '00000000-0000-0000-0000-000000000001', '--resource-group', $group_2, '--tags', "built by=${who}", "released=${released}") }
Add-Output 'disk-copy' { Copy-Blob 'contosoother' 'backup' 'base.vhd' @('--metadata', 'teams=Zoë & Søren') }
if ($failed) { Write-Host "Not made: $failed"; exit 1 }
exit 0
