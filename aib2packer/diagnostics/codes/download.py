"""Codes 020 to 039: downloads of the files that a template names by URL, at conversion or in the build VM."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

NOT_FOUND = Code(
    id="A2P020",
    severity=Severity.ERROR,
    title="File not found (HTTP 404 or 410).",
    why="There is no file at the URL. Azure Storage also answers 404 for blobs that you may not read.",
    remedy="Correct the URL. For a private blob, use --sign-in az or a URL with a SAS token.",
)
NOT_ALLOWED = Code(
    id="A2P021",
    severity=Severity.ERROR,
    title="Access denied (HTTP 401, 403 or 409).",
    why="The blob is private, its SAS token has expired, or the account that signed in has no role on it.",
    remedy="Run `az login` and use --sign-in az, with the role Storage Blob Data Reader on the blob, or renew the SAS token.",
)
SERVER_FAILED = Code(
    id="A2P022",
    severity=Severity.ERROR,
    title="The server failed.",
    why="It answered with an HTTP error, also when the request was repeated.",
    remedy="Convert again later, or correct the URL.",
)
UNREACHABLE = Code(
    id="A2P023",
    severity=Severity.ERROR,
    title="The download failed.",
    why="The host cannot be found or reached, sent nothing for 30 seconds, or closed the connection before the end of the file.",
    remedy="Check the URL, the network and the proxy (HTTPS_PROXY), then convert again.",
)
NOT_TRUSTED = Code(
    id="A2P024",
    severity=Severity.ERROR,
    title="The server's certificate is not trusted.",
    why="It is for another name, has expired, or was issued by an unknown certificate authority.",
    remedy="Correct the URL. For your own certificate authority, set SSL_CERT_FILE to its certificate.",
)
WRONG_CHECKSUM = Code(
    id="A2P025",
    severity=Severity.ERROR,
    title="The checksum of a download is wrong.",
    why="Its sha256 is not the template's sha256Checksum: the file has changed, or is a different one.",
    remedy="Look at the file. If it is the right one, write its sha256 into the template.",
)
TOO_LARGE = Code(
    id="A2P026",
    severity=Severity.ERROR,
    title="The file is too large to be part of the project.",
    why="Files of a project are meant for version control; the limit is 100 MiB.",
    remedy="Use --downloads vm to download in the build VM, or --downloads fetch.",
)
TOO_MANY_REDIRECTS = Code(
    id="A2P028",
    severity=Severity.ERROR,
    title="Too many redirects.",
    why="The server redirects more than five times, perhaps in a circle.",
    remedy="Write the final URL.",
)
HTTP_REFUSED = Code(
    id="A2P030",
    severity=Severity.ERROR,
    title="The URL, or a redirect, uses http.",
    why="Without encryption, anyone on the network path can change what runs in the image.",
    remedy="Use https, or allow http with --allow-http.",
)
SIGN_IN_PAGE = Code(
    id="A2P031",
    severity=Severity.ERROR,
    title="The download is a web page, not a script.",
    why="Servers send a sign-in page, or a page that displays the file, instead of the file.",
    remedy="Write the URL of the raw file.",
)
SIGN_IN_FAILED = Code(
    id="A2P032",
    severity=Severity.ERROR,
    title="The sign-in to Azure Storage failed.",
    why="--sign-in az takes a token from the az command, which gave none.",
    remedy="Install the Azure CLI, run `az login`, and convert again.",
)
ADDRESS_UNKNOWN = Code(
    id="A2P033",
    severity=Severity.ERROR,
    title="A URL or checksum is unknown.",
    why="--downloads vendor downloads during the conversion, but the URL or checksum depends on a value that is not known then.",
    remedy="Pass the value with -p or --set, write it into the template, or use --downloads fetch.",
)
NO_IDENTITY = Code(
    id="A2P034",
    severity=Severity.WARNING,
    title="The build VM has no identity to read a blob with.",
    why="Image Builder reads blobs with the template's identity, which the build VM does not have.",
    remedy="Add an identity with the role Storage Blob Data Reader to vmProfile.userAssignedIdentities, unless the blob is public.",
)
UPLOADED_BY_WINRM = Code(
    id="A2P036",
    severity=Severity.NOTE,
    title="A large file is uploaded through WinRM.",
    why="Image Builder downloads the file next to the build VM. Packer uploads it through WinRM, at a few hundred kilobytes a second.",
    remedy="Use --downloads vm: the build VM downloads the files of all steps.",
)
