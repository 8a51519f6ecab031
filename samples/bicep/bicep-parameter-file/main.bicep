metadata description = 'An image for build agents.'

@description('Where to build.')
@metadata({ example: 'westeurope' })
param location string = resourceGroup().location

@description('Size of the build VM.')
@allowed(['Standard_D2s_v5', 'Standard_D4s_v5'])
param vmSize string = 'Standard_D4s_v5'

@minValue(30)
@maxValue(1023)
param osDiskSizeGB int = 128

@secure()
@description('Token of the agent pool.')
param agentToken string

@minLength(1)
param regions string[] = ['westeurope']

param tags tagsType?

param image imageType

@export()
type imageType = {
  galleryImageId: string
  @description('Steps before the agent.')
  steps: object[]?
}

type tagsType = {
  *: string
}

resource agent 'Microsoft.VirtualMachineImages/imageTemplates@2024-02-01' = {
  name: 'agent'
  location: location
  tags: tags
  identity: {
    type: 'None'
  }
  properties: {
    vmProfile: {
      vmSize: vmSize
      osDiskSizeGB: osDiskSizeGB
    }
    source: {
      type: 'PlatformImage'
      publisher: 'Canonical'
      offer: 'ubuntu-24_04-lts'
      sku: 'server'
      version: 'latest'
    }
    customize: concat(image.?steps ?? [], [
      {
        type: 'Shell'
        name: 'agent'
        inline: [
          'echo "token: ${agentToken}" | sudo tee /etc/agent > /dev/null'
        ]
      }
    ])
    distribute: [
      {
        type: 'SharedImage'
        runOutputName: 'agent'
        galleryImageId: image.galleryImageId
        targetRegions: [for region in regions: {
          name: region
          replicaCount: 1
          storageAccountType: 'Premium_LRS'
        }]
      }
    ]
  }
}

@description('Its id.')
output id string = agent.id
