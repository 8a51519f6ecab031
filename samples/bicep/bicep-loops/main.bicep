param location string = resourceGroup().location
param identityId string
param scriptsUri string = 'https://contosoimages.blob.core.windows.net/scripts'

var images = [
  {
    name: 'web'
    sku: 'server'
    scripts: [ 'nginx', 'hardening' ]
  }
  {
    name: 'worker'
    sku: 'minimal'
    scripts: [ 'docker' ]
  }
]

resource templates 'Microsoft.VirtualMachineImages/imageTemplates@2024-02-01' = [for (image, i) in images: {
  name: 'it-${image.name}'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    source: {
      type: 'PlatformImage'
      publisher: 'Canonical'
      offer: 'ubuntu-24_04-lts'
      sku: image.sku
      version: 'latest'
    }
    customize: [for script in image.scripts: {
      type: 'Shell'
      name: script
      scriptUri: '${scriptsUri}/${script}.sh'
    }]
    distribute: [
      {
        type: 'ManagedImage'
        runOutputName: '${image.name}-${i}'
        location: location
        imageId: resourceId('Microsoft.Compute/images', image.name)
      }
    ]
  }
}]
