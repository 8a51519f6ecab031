param location string = resourceGroup().location
param identityId string
param environment string = 'prod'

func imageName(kind string, environment string) string => toLower('img-${kind}-${environment}')
func shell(name string, lines string[]) object => {
  type: 'Shell'
  name: name
  inline: lines
}

resource template 'Microsoft.VirtualMachineImages/imageTemplates@2024-02-01' = {
  name: imageName('Web', environment)
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    autoRun: { state: 'Enabled' }
    errorHandling: {
      onCustomizerError: 'abort'
      onValidationError: 'cleanup'
    }
    optimize: { vmBoot: { state: 'Enabled' } }
    source: {
      type: 'PlatformImage'
      publisher: 'Canonical'
      offer: 'ubuntu-24_04-lts'
      sku: 'server'
      version: 'latest'
    }
    customize: [
      shell('web', [ 'sudo apt-get install -y nginx' ])
    ]
    validate: {
      continueDistributeOnFailure: false
      inVMValidations: [
        shell('listens', [ 'curl -fsS http://localhost/' ])
      ]
    }
    distribute: [
      {
        type: 'ManagedImage'
        runOutputName: 'web'
        location: location
        imageId: resourceId('Microsoft.Compute/images', imageName('Web', environment))
      }
    ]
  }
}
