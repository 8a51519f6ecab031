param location string = resourceGroup().location
param galleryName string = 'golden'

var definitionName = 'web'
var contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-image-builder'
  location: location
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, identity.id, contributor)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', contributor)
  }
}

resource gallery 'Microsoft.Compute/galleries@2023-07-03' = {
  name: galleryName
  location: location

  resource definition 'images' = {
    name: definitionName
    location: location
    properties: {
      osType: 'Linux'
      osState: 'Generalized'
      hyperVGeneration: 'V2'
      identifier: { publisher: 'contoso', offer: 'web', sku: '24-04' }
    }
  }
}

resource imageTemplate 'Microsoft.VirtualMachineImages/imageTemplates@2024-02-01' = {
  name: 'it-${definitionName}'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    buildTimeoutInMinutes: 90
    vmProfile: {
      vmSize: 'Standard_D2s_v5'
      osDiskSizeGB: 64
    }
    source: {
      type: 'PlatformImage'
      publisher: 'Canonical'
      offer: 'ubuntu-24_04-lts'
      sku: 'server'
      version: 'latest'
    }
    customize: [
      {
        type: 'Shell'
        name: 'nginx'
        inline: [
          'sudo apt-get update'
          'sudo apt-get install -y nginx'
        ]
      }
    ]
    distribute: [
      {
        type: 'SharedImage'
        runOutputName: definitionName
        galleryImageId: gallery::definition.id
        targetRegions: [
          { name: location, replicaCount: 1 }
        ]
      }
    ]
  }
  dependsOn: [
    role
  ]
}

resource rebuild 'Microsoft.VirtualMachineImages/imageTemplates/triggers@2024-02-01' = {
  parent: imageTemplate
  name: 'source'
  properties: {
    kind: 'SourceImage'
  }
}

output imageId string = gallery::definition.id
