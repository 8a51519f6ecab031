param location string = resourceGroup().location
param artifactsUri string = 'https://contosoimages.blob.core.windows.net/apps/'
param identityId string
param galleryImageId string

var prepare = [
  {
    type: 'PowerShell'
    name: 'Create C:\\Build'
    runElevated: true
    runAsSystem: true
    inline: [
      'New-Item -ItemType Directory -Path C:\\Build -Force | Out-Null'
    ]
  }
]

var applications = [
  {
    type: 'File'
    name: 'Installer'
    sourceUri: '${artifactsUri}app.zip'
    destination: 'C:\\Build\\app.zip'
  }
  {
    type: 'PowerShell'
    name: 'Install'
    runElevated: true
    runAsSystem: true
    validExitCodes: [ 0, 3010 ]
    inline: [
      '''
Expand-Archive C:\Build\app.zip C:\Build\app
Start-Process C:\Build\app\setup.exe -ArgumentList '/quiet', "/norestart" -Wait
'''
    ]
  }
]

var finish = [
  { type: 'WindowsRestart' }
]

resource template 'Microsoft.VirtualMachineImages/imageTemplates@2024-02-01' = {
  name: 'apps'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    vmProfile: {
      vmSize: 'Standard_D4s_v5'
    }
    source: {
      type: 'PlatformImage'
      publisher: 'MicrosoftWindowsServer'
      offer: 'WindowsServer'
      sku: '2025-datacenter-azure-edition'
      version: 'latest'
    }
    customize: concat(prepare, applications, finish)
    distribute: [
      {
        type: 'SharedImage'
        runOutputName: 'apps'
        galleryImageId: galleryImageId
        replicationRegions: [ location ]
        storageAccountType: 'Standard_ZRS'
      }
    ]
  }
}
