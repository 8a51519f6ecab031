param location string = resourceGroup().location
param identityId string
param subnetId string = ''
param deployImage bool = true
param installOffice bool = false
param updateWindows bool = true

var office = installOffice ? [
  {
    type: 'PowerShell'
    name: 'office'
    runElevated: true
    runAsSystem: true
    scriptUri: 'https://contosoimages.blob.core.windows.net/scripts/office.ps1'
  }
] : []
var updates = updateWindows ? [
  {
    type: 'WindowsUpdate'
    searchCriteria: 'IsInstalled=0'
  }
] : []

resource image 'Microsoft.VirtualMachineImages/imageTemplates@2022-07-01' = if (deployImage) {
  name: 'desktop'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    vmProfile: {
      vmSize: 'Standard_D4s_v5'
      vnetConfig: !empty(subnetId)
        ? {
            subnetId: subnetId
          }
        : null
    }
    source: { type: 'PlatformImage', publisher: 'MicrosoftWindowsDesktop', offer: 'office-365', sku: 'win11-24h2-avd-m365', version: 'latest' }
    customize: union([
      {
        type: 'PowerShell'
        name: 'temp'
        inline: [ 'New-Item C:\\Temp -ItemType Directory -Force' ]
      }
    ], office, updates)
    distribute: [
      {
        type: 'ManagedImage'
        runOutputName: 'desktop'
        location: location
        imageId: resourceId('Microsoft.Compute/images', 'desktop')
      }
    ]
  }
}
