// The image of the web servers.
import { VirtualMachineImageTemplate } from "@pulumi/azure-native/virtualmachineimages";

export const image = new VirtualMachineImageTemplate("web", { location: "westeurope", resourceGroupName: "rg-images" });
