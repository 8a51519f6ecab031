param location string
param name string

resource gallery 'Microsoft.Compute/galleries@2023-07-03' = {
  name: name
  location: location
}

resource definition 'Microsoft.Compute/galleries/images@2023-07-03' = {
  parent: gallery
  name: 'base'
  location: location
  properties: {
    osType: 'Linux'
    osState: 'Generalized'
    hyperVGeneration: 'V2'
    identifier: {
      publisher: 'contoso'
      offer: 'base'
      sku: 'ubuntu'
    }
  }
}

output imageId string = definition.id
