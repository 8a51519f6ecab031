"""The resource provider of the service, by which image templates are known."""

PROVIDER = "microsoft.virtualmachineimages"
