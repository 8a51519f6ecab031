"""What az is asked for image templates, and what is made of its answers; the answers are given, no program runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aib2packer.programs.az import Absent, Answer
from aib2packer.programs.running import Unknown
from aib2packer.pull.asking import LONGEST_PAUSE, PAUSES, patient, templates_in
from aib2packer.pull.files import places
from aib2packer.pull.masking import masked
from aib2packer.pull.model import Listed, Subscription, template_of

DEV = Subscription(id="1", name="dev")
PATH = "/subscriptions/1/providers/Microsoft.VirtualMachineImages/imageTemplates"
SCOPE = "/subscriptions/1/resourceGroups"


@dataclass
class Az:
    """Gives its answers one after the other."""

    answers: list[Answer | Absent | Unknown]
    asked: list[Sequence[str]] = field(default_factory=list)

    def __call__(self, words: Sequence[str]) -> Answer | Absent | Unknown:
        self.asked.append(words)
        return self.answers[len(self.asked) - 1]


def resource(group: str, name: str) -> dict[str, object]:
    """An image template."""
    return {"id": f"{SCOPE}/{group}/providers/Microsoft.VirtualMachineImages/imageTemplates/{name}", "name": name}


def page(*names: str, link: str | None = None) -> Answer:
    """A page of image templates."""
    return Answer({"value": [resource("rg", name) for name in names], "nextLink": link})


def test_the_next_page_is_asked_of_the_cloud_of_az_without_an_ampersand() -> None:
    az = Az([page("a", link=f"https://elsewhere.example{PATH}?api-version=2025-10-01&%24skiptoken=a%2Bb%3D&x="), page("b")])
    assert [each.name for each in templates_in(az, DEV, None).templates] == ["a", "b"]
    assert az.asked[1] == (
        "rest",
        "--method",
        "get",
        "--url",
        PATH,
        "--uri-parameters",
        "api-version=2025-10-01",
        "$skiptoken=a+b=",
        "x=",
    )


def test_pages_in_a_circle_end() -> None:
    listed = templates_in(Az([page("a", link=f"{PATH}?api-version=2025-10-01")]), DEV, None)
    assert ([each.name for each in listed.templates], listed.problem) == (["a"], "Azure's pages name each other in a circle.")


def test_a_cloud_without_the_newest_api_version_is_asked_with_its_newest() -> None:
    reason = "Bad Request: The supported api-versions are '2019-05-01-preview,2022-07-01, 2024-02-01,2099-01-01'."
    for refused in (Unknown(reason), Absent(reason)):
        az = Az([refused, page("a")])
        listed = templates_in(az, DEV, "rg")
        assert (listed.api_version, listed.problem, len(listed.templates)) == ("2024-02-01", "", 1)
        assert az.asked[1][4:] == (
            f"{SCOPE}/rg{PATH.removeprefix('/subscriptions/1')}",
            "--uri-parameters",
            "api-version=2024-02-01",
        )


def test_answers_that_are_none() -> None:
    assert (
        templates_in(Az([Unknown("Conflict: The subscription is not registered to use namespace 'x'.")]), DEV, None).problem == ""
    )
    assert templates_in(Az([Absent("Not Found: Resource group 'x' could not be found.")]), DEV, "x").problem.startswith(
        "Not Found"
    )
    assert templates_in(Az([Answer(["a"])]), DEV, None).problem == "Azure's answer is no list."
    odd = Answer({"value": [resource("rg", "a"), resource("rg", "../b"), {"id": 1}, "text"]})
    listed = templates_in(Az([odd]), DEV, None)
    assert ([each.name for each in listed.templates], bool(listed.problem)) == (["a"], True)


def test_a_failure_is_asked_again_and_a_refusal_is_not() -> None:
    pauses: list[float] = []
    failed, busy, long = (
        Unknown(f"{each}")
        for each in (
            "Bad Gateway",
            "Too Many Requests: after '5' seconds",
            f"Too Many Requests: after '{LONGEST_PAUSE + 1:.0f}' seconds",
        )
    )
    assert patient(Az([failed, busy, page("a")]), pauses.append)(()) == page("a")
    assert pauses == [PAUSES[0], 5]
    for last in (long, Unknown("Bad Request"), Absent()):
        az = Az([last])
        assert patient(az, pauses.append)(()) is last
    assert len(pauses) == 2
    az = Az([failed] * 3)
    assert patient(az, pauses.append)(()) is failed
    assert len(az.asked) == 3


def test_a_place_leads_nowhere_else_and_is_the_same_for_each_run() -> None:
    names = [("..", "a"), ("rg", ".."), ("rg", "con"), ("Rg", "b"), ("ü", "a"), ("ö", "a"), ("rg", "B")]
    found = [template for each in names if (template := template_of(resource(*each)))]
    for subscriptions in ((DEV,), (DEV, Subscription(id="2", name="DEV"))):
        listed = [Listed(subscription=each, api_version="", templates=tuple(found)) for each in subscriptions[:1]]
        listed += [Listed(subscription=each, api_version="", templates=()) for each in subscriptions[1:]]
        files = places(listed)
        assert len({str(file).lower() for file in files.values()}) == len(names)
        assert not any(".." in file.parts or file.is_absolute() for file in files.values())
        assert places(listed) == files
        assert {len(file.parts) for file in files.values()} == {1 + len(subscriptions)}


def test_what_is_no_secret_stays() -> None:
    kept = {
        "a": "https://x.net/a.sh?v=1&signed=1",
        "b": "curl https://$USER:$PASS@x.net",
        "sourceUri": "https://x.net/a?sig=<sig>",
        "n": 1,
    }
    paths: list[str] = []
    assert masked(kept, paths.append) == kept
    given = {
        "apiKey": "abc",
        "l": ["AccountName=a;AccountKey=Zm9v+/==;x=1", "'sig=Zm9vZm9vZm9vZm9vZm9v'"],
        "u": "git clone https://me:t0ken@x.net/r",
        "v": "https://r.net/?u=https%3A%2F%2Fh%2Ff%3Fsv%3D1%26sig%3DZm9v%26se%3D2",
    }
    assert masked(given, paths.append) == {
        "apiKey": "REDACTED",
        "l": ["AccountName=a;AccountKey=REDACTED;x=1", "'sig=REDACTED'"],
        "u": "git clone https://me:REDACTED@x.net/r",
        "v": "https://r.net/?u=https%3A%2F%2Fh%2Ff%3Fsv%3D1%26sig%3DREDACTED%26se%3D2",
    }
    assert paths == ["apiKey", "l[0]", "l[1]", "u", "v"]


def test_what_is_no_image_template_is_named() -> None:
    listed = templates_in(lambda _: Answer({"value": [{"id": "/odd"}, {}]}), Subscription(id="1", name="s"), None)
    assert listed.templates == ()
    assert listed.problem == "Azure listed what is no image template, by its id: /odd, (no id). It is left out."
