using '../main.bicep'

param location = 'northeurope'
param osDiskSizeGB = 256
param regions = [
  'northeurope'
  'uksouth'
]
param agentToken = readEnvironmentVariable('AGENT_TOKEN', '')
param image = {
  galleryImageId: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/corp/images/agent'
  steps: [
    {
      type: 'Shel'
      name: 'first'
      inline: [
        'echo first'
      ]
    }
  ]
}
