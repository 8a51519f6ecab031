"""The resource provider of the service and its resource type, by which image templates are known."""

PROVIDER = "microsoft.virtualmachineimages"
IMAGE_TEMPLATE = "Microsoft.VirtualMachineImages/imageTemplates"


def is_image_template(kind: str) -> bool:
    """Whether a type, in lower case, is that of image templates."""
    parts = kind.split("/")
    return parts[0] == PROVIDER and (len(parts) == 1 or parts[1] in ("imagetemplates", "imagetemplate")) and len(parts) < 3
