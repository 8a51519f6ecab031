param location string

resource image 'Microsoft.VirtualMachineImages/imageTemplates@2024-02-01' = {
  name: 'web'
  location: location
  properties: {
    source: ubuntu
  }
}
