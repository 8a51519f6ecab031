"""What people pass as a template that is no path: an address on the web, or the id of a resource. Neither is ever asked for.

Source: https://docs.github.com/repositories/working-with-files/using-files/viewing-and-understanding-files
"""

from __future__ import annotations

import re
import shlex
from urllib.parse import unquote

_ADDRESS = re.compile(r"https?://(?:[^/?#]*@)?([^?#]*)", re.IGNORECASE)
_ID = r"(?i)/subscriptions/[^/]+/"
_PORTAL = r"(?i)https://portal\.azure\.[^#]+#.*Microsoft\.Template/uri/([^/]+)"
_PAGE = r"(https://github\.com/[^/]+/[^/]+/)blob/(.+)"


def shown(name: str) -> str:
    """The name as messages call it: an address without what may be a secret in it, and any other name as it is.

    >>> shown("https://me:pw@x.example/t.json?sv=1&sig=abc"), shown("t.json")
    ('https://x.example/t.json', 't.json')
    """
    address = _ADDRESS.match(name)
    return f"{name.partition(':')[0]}://{address[1]}" if address else name


def advice_for(name: str) -> str:
    """What to do about a name that is no path; empty for a path.

    >>> advice_for("https://github.com/o/r/blob/main/t.json")
    'An address is not downloaded. Run `curl -fLO https://github.com/o/r/raw/main/t.json`, then convert the file.'
    >>> advice_for("template.json")
    ''
    """
    if re.match(_ID, name):
        command = f"az resource show --ids {shlex.quote(name)} > template.json"
        return f"The id of a resource is not a file. Run `{command}`, then convert template.json."
    if not _ADDRESS.match(name):
        return ""
    portal = re.match(_PORTAL, name)
    file = re.sub(_PAGE, r"\1raw/\2", shown(unquote(portal[1]) if portal else name))
    signed = " (here without what follows the ?)" if "?" in name and not portal else ""
    return f"An address is not downloaded. Run `curl -fLO {shlex.quote(file)}`{signed}, then convert the file."
