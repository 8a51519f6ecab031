$password = 'not-for-logs'
$source = New-AzImageBuilderTemplateSourceObject -PlatformImageSource -Publisher Canonical -Offer ubuntu-24_04-lts -Sku server -Version latest
New-AzImageBuilderTemplate -Name web -ResourceGroupName rg-images -Source $source -Distribute $output -Customize $steps -Location westeurope
