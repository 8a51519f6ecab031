"""Codes 11x to 14x: deployment templates, their parameters, and what wraps an image template."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

UNKNOWN_PARAMETER = Code(
    id="A2P110",
    severity=Severity.ERROR,
    title="A value was given for a parameter that the template does not have.",
    why="Azure refuses such a parameter file; perhaps it belongs to another template.",
    remedy="Give the parameter file of this template, or correct the name.",
)
WRONG_PARAMETER_TYPE = Code(
    id="A2P111",
    severity=Severity.ERROR,
    title="A parameter's value is not of its type.",
    why="Azure refuses it.",
    remedy="Give a value of the type that the finding names.",
)
PARAMETER_NOT_ALLOWED = Code(
    id="A2P112",
    severity=Severity.ERROR,
    title="A parameter's value is not one that the template allows.",
    why="Azure refuses it: allowedValues, or the bounds of value or length, exclude it.",
    remedy="Give a value that the template allows.",
)
BAD_PARAMETER_FILE = Code(
    id="A2P113",
    severity=Severity.ERROR,
    title="A parameter file is not one.",
    why="A parameter file is a JSON object of the parameters, each with its value.",
    remedy="Give an ARM parameter file (for a .bicepparam file: make one with `bicep build-params`).",
)
KEY_VAULT_PARAMETER = Code(
    id="A2P114",
    severity=Severity.NOTE,
    title="A parameter comes from a Key Vault.",
    why="Azure fetches it at deployment; Packer does not, so it becomes a sensitive variable without a value.",
    remedy="Pass it to the build, for example as an environment variable PKR_VAR_name.",
)
SECRET_LEFT_OUT = Code(
    id="A2P115",
    severity=Severity.WARNING,
    title="The value of a secret parameter is not written down.",
    why="A secret does not belong into files; the parameter becomes a sensitive variable without a value.",
    remedy="Pass it to the build, for example as an environment variable PKR_VAR_name.",
)
PARAMETER_WITHOUT_PART = Code(
    id="A2P116",
    severity=Severity.NOTE,
    title="A parameter plays no part in the image.",
    why="Only other resources of the deployment use it.",
    remedy="Nothing.",
)
BAD_DECLARATION = Code(
    id="A2P117",
    severity=Severity.ERROR,
    title="A parameter is not declared as Azure wants it.",
    why="Without its type nothing can be told about its value.",
    remedy="Declare it with a type: string, securestring, int, bool, array, object or secureObject.",
)
SECRET_BY_NAME = Code(
    id="A2P118",
    severity=Severity.WARNING,
    title="A plain string parameter has the name of a secret.",
    why="Azure shows the value of a string parameter to whoever may read the deployment; the project treats it as a secret.",
    remedy="Declare the parameter as securestring, or rename it if its value is no secret.",
)
EMPTY_VALUE = Code(
    id="A2P119",
    severity=Severity.NOTE,
    title="An empty string was given for a parameter that needs a text.",
    why="A name, a region or an id cannot be empty, so the build asks for the value.",
    remedy="Give the value, or leave the parameter out of the parameter file.",
)
FIXED_AT_CONVERSION = Code(
    id="A2P120",
    severity=Severity.WARNING,
    title="A value is fixed at conversion.",
    why="It decides what Packer has to know before variables have values, or Packer has no words for how it is computed.",
    remedy="Convert again with other parameter values (-p, --set) to change it.",
)
NOT_DEPLOYED = Code(
    id="A2P121",
    severity=Severity.WARNING,
    title="An image template would not be deployed.",
    why="Its condition is false, whatever the parameters are.",
    remedy="Correct the condition if the image is wanted.",
)
LIVE_CONDITION = Code(
    id="A2P122",
    severity=Severity.NOTE,
    title="Whether the image template is deployed depends on a condition.",
    why="A deployment may leave it out; the Packer project is built when you build it.",
    remedy="Build the image only where the condition holds.",
)
OTHER_RESOURCES = Code(
    id="A2P123",
    severity=Severity.NOTE,
    title="The deployment makes other resources, too.",
    why="They are not part of an image and have no place in a Packer project.",
    remedy="Keep a deployment for them.",
)
MADE_BY_BICEP = Code(
    id="A2P124",
    severity=Severity.NOTE,
    title="The template was made by Bicep.",
    why="The Bicep file is the source; what is in this file is made anew with each compilation.",
    remedy="Keep the Bicep file as the source of everything but the image.",
)
COPY_UNKNOWN = Code(
    id="A2P125",
    severity=Severity.ERROR,
    title="How many copies a loop makes cannot be told.",
    why="Each copy becomes a project of its own, so their number must be known.",
    remedy="Give the parameters that it depends on with -p or --set.",
)
LINKED_TEMPLATE = Code(
    id="A2P126",
    severity=Severity.WARNING,
    title="A nested deployment names another file.",
    why="An image template in that file is not seen.",
    remedy="Convert that file by itself.",
)
ASKED_OF_AZURE = Code(
    id="A2P127",
    severity=Severity.NOTE,
    title="A value is known to Azure only.",
    why="It is looked up in the deployment (reference, listKeys and the like) or made by a function that HCL does not have.",
    remedy="Give it to the build as the variable that the finding names.",
)
OUTPUTS_LEFT = Code(
    id="A2P128",
    severity=Severity.NOTE,
    title="The outputs of the deployment are left out.",
    why="A Packer project has none; the manifest of the build names what was made.",
    remedy="Read manifest.json after the build.",
)
EXPRESSION_IN_RESOURCE = Code(
    id="A2P129",
    severity=Severity.WARNING,
    title="An expression stands in a bare resource.",
    why="Only deployment templates are evaluated; here the service would have taken the text as it is, and so does the project.",
    remedy="Convert the deployment template that it was taken from, or write the value.",
)
NO_SUCH_NAME = Code(
    id="A2P130",
    severity=Severity.ERROR,
    title="No image template has the name that was asked for.",
    why="--name picks one of the image templates of a file.",
    remedy="Use one of the names that the finding gives.",
)
SEVERAL_TEMPLATES = Code(
    id="A2P131",
    severity=Severity.NOTE,
    title="The file holds several image templates.",
    why="Each becomes a project of its own.",
    remedy="Pick one with --name if you want only that.",
)
BICEP_FILE = Code(
    id="A2P132",
    severity=Severity.ERROR,
    title="The file is a Bicep file.",
    why="It has to be compiled first, and no compiler was found.",
    remedy="Run `az bicep build -f FILE`, and convert the JSON file that it writes.",
)
TOO_LITTLE_KNOWN = Code(
    id="A2P133",
    severity=Severity.ERROR,
    title="Too much of the template is unknown.",
    why="A project needs a location, and the properties of the image template.",
    remedy="Give the parameters that the warnings name with -p or --set.",
)
CLOUD_TAKEN = Code(
    id="A2P134",
    severity=Severity.NOTE,
    title="The project is for one of Azure's clouds, and may be meant for another.",
    why="Packer signs in to one cloud, and environment() is answered for one; the region, which would tell, may change or is not known.",
    remedy="Convert again with --cloud if the image is built in another cloud.",
)
