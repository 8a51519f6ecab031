# The whole run, in Image Builder's order. Its time limit is 240 minutes.
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
function Test-Exit { if ($LASTEXITCODE) { exit $LASTEXITCODE } }

packer init .; Test-Exit
packer init validate; Test-Exit
$native_subscription = 'split("/", var.galleryImageId)[2]' | packer console .; Test-Exit
$native_resource_group = 'split("/", var.galleryImageId)[4]' | packer console .; Test-Exit
$native_gallery_name = 'split("/", var.galleryImageId)[8]' | packer console .; Test-Exit
$native_gallery_image_definition = 'split("/", var.galleryImageId)[10]' | packer console .; Test-Exit
$versions = az @('sig', 'image-version', 'list', '--subscription', $native_subscription, '--resource-group', $native_resource_group, '--gallery-name',
  $native_gallery_name, '--gallery-image-definition', $native_gallery_image_definition, '--query', '[].name', '--output', 'tsv'); Test-Exit
$last = $versions | ForEach-Object { [version]$_ } | Sort-Object | Select-Object -Last 1
$env:PKR_VAR_image_version = '0.0.1'
if ($last) { $env:PKR_VAR_image_version = "$($last.Major).$($last.Minor).$($last.Build + 1)" }
$env:PKR_VAR_image_version = 'local.gallery_version' | packer console .; Test-Exit
packer build -var unvalidated=true .; Test-Exit
packer build '-var-file=values.auto.pkrvars.hcl' validate; Test-Exit
az @('sig', 'image-version', 'update', '--subscription', $native_subscription, '--resource-group', $native_resource_group,
  '--gallery-name', $native_gallery_name, '--gallery-image-definition', $native_gallery_image_definition, '--gallery-image-version',
  $env:PKR_VAR_image_version, '--set', 'publishingProfile.excludeFromLatest=false', '--output', 'none'); Test-Exit
.\distribute.ps1; Test-Exit
