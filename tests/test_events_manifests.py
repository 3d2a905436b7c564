"""The manifests and clips that ship with Podium, checked as data."""

import datetime
import tomllib
from pathlib import Path
from typing import Any

import pytest

EVENTS = Path(__file__).parent.parent / "events"
FORUM = EVENTS / "zgc-forum-2020.toml"
SAMPLE = EVENTS / "sample" / "sample.toml"

# The keys of the manifest format; the reader of manifests refuses all others.
EVENT_KEYS = {"slug", "title", "starts_on", "place", "url", "organizers", "summary", "people"}
PERSON_KEYS = {"name", "part"}
TALK_KEYS = {
    *("number", "slug", "title", "language", "source", "captions", "description", "speakers"),
}
SPEAKER_KEYS = {"name", "aliases", "role", "affiliation", "affiliation_aliases", "country"}

KEYNOTES = [
    (
        "Chunli Bai",
        "President",
        "CAS and ANSO",
        "China",
        "Promoting Global Science & Technology Cooperation in the Post-COVID-19 Era with Joint "
        "Efforts",
    ),
    (
        "Marcia McNutt",
        "President",
        "National Academy of Sciences",
        "United States",
        "The Changing Landscape of Research that Drives Innovation in the United States",
    ),
    (
        "Marco Krieger",
        "Vice-President",
        "Fiocruz (The Oswaldo Cruz Foundation)",
        "Brazil",
        "Oswaldo Cruz Foundation and the COVID-19 Pandemic",
    ),
    (
        "Ennio A. Vivaldi V.",
        "Rector",
        "Universidad de Chile",
        "Chile",
        "The Need for Transdisciplinary Research in the Post-Covid19 World: A New Momentum for "
        "Global Collaboration and Social Commitment",
    ),
    (
        "Alexander Sergeev",
        "President",
        "Russian Academy of Sciences",
        "Russia",
        "Academic Science in the Fight Against SARS-CoV-2",
    ),
    (
        "Anton Zeilinger",
        "President",
        "Austrian Academy of Sciences",
        "Austria",
        "Frontier Science and Innovation in Science and Technology – A Perspective from the "
        "Austrian Academy of Sciences",
    ),
    (
        "Hasan Mandal",
        "President",
        "Scientific and Technological Research Council of Turkey",
        "Turkey",
        "Co-Creation Based Collaboration for Addressing Common Challenges: Perspectives from "
        "COVID-19 and Outlook for a Sustainable Future",
    ),
    (
        "Yoshiko Shirokizawa",
        "Vice President",
        "Japan Science and Technology Agency",
        "Japan",
        "Japan's STI Approach to Tomorrow's Challenges: Making Our World Better",
    ),
    (
        "Prasit Palittapongarnpim",
        "Acting Executive Vice President",
        "National Science and Technology Development Agency",
        "Thailand",
        "Thailand Investment in Genomics",
    ),
]


def read(manifest: Path) -> dict[str, Any]:
    return tomllib.loads(manifest.read_text(encoding="utf-8"))


@pytest.mark.parametrize("manifest", [FORUM, SAMPLE], ids=lambda path: path.name)
def test_a_manifest_uses_only_the_keys_of_the_format(manifest: Path) -> None:
    document = read(manifest)
    assert set(document) == {"event", "talks"}
    assert set(document["event"]) <= EVENT_KEYS
    for person in document["event"].get("people", []):
        assert set(person) == PERSON_KEYS
    for talk in document["talks"]:
        assert set(talk) <= TALK_KEYS
        for speaker in talk["speakers"]:
            assert set(speaker) <= SPEAKER_KEYS


@pytest.mark.parametrize("manifest", [FORUM, SAMPLE], ids=lambda path: path.name)
def test_talks_are_numbered_from_one_and_have_slugs_of_their_own(manifest: Path) -> None:
    talks = read(manifest)["talks"]
    assert [talk["number"] for talk in talks] == list(range(1, len(talks) + 1))
    slugs = [talk["slug"] for talk in talks]
    assert len(set(slugs)) == len(slugs)
    assert all(slug.isascii() and slug == slug.lower() for slug in slugs)


def test_the_nine_keynotes_stand_as_the_programme_lists_them() -> None:
    talks = read(FORUM)["talks"]
    listed = [
        (
            *(speaker[key] for key in ("name", "role", "affiliation", "country")),
            talk["title"],
        )
        for talk in talks
        for speaker in talk["speakers"]
    ]
    assert listed == KEYNOTES
    assert all(talk["description"] for talk in talks)


def test_the_keynotes_wait_for_recordings_and_claim_no_language() -> None:
    for talk in read(FORUM)["talks"]:
        assert not {"source", "captions", "language"} & set(talk)


def test_the_event_of_the_keynotes_names_its_day_organizers_and_facilitators() -> None:
    event = read(FORUM)["event"]
    assert event["starts_on"] == datetime.date(2020, 9, 18)
    assert event["place"] == "Video conference"
    assert len(event["organizers"]) == 3
    assert [person["name"] for person in event["people"]] == ["Jinghua Cao", "Yin Li"]
    assert all(person["part"].startswith("facilitator, ") for person in event["people"])


@pytest.mark.parametrize(
    ("number", "other_names"),
    [
        (1, {"Bai Chunli", "Chinese Academy of Sciences", "ANSO"}),
        (1, {"CAS", "Alliance of International Science Organizations"}),
        (2, {"Marcia Mcnutt"}),
        (3, {"FIOCRUZ", "Oswaldo Cruz Foundation"}),
        (4, {"Ennio Vivaldi", "University of Chile"}),
        (7, {"TUBITAK"}),
        (8, {"JST"}),
        (9, {"NSTDA", "Prasit Palittapingarnpim"}),
    ],
)
def test_people_and_institutions_carry_their_other_names(
    number: int, other_names: set[str]
) -> None:
    (speaker,) = read(FORUM)["talks"][number - 1]["speakers"]
    aliases = {*speaker.get("aliases", []), *speaker.get("affiliation_aliases", [])}
    assert other_names <= aliases


def test_the_sample_event_says_that_it_is_synthetic() -> None:
    document = read(SAMPLE)
    assert document["event"]["summary"].startswith(
        "Synthetic sample event: voices are computer-made, speakers do not exist."
    )
    for talk in document["talks"]:
        assert talk["description"].startswith("Synthetic sample")
        assert [speaker["role"] for speaker in talk["speakers"]] == ["Synthetic voice"]


def test_the_sample_event_has_three_voices_or_more_and_two_languages_or_more() -> None:
    talks = read(SAMPLE)["talks"]
    assert len({talk["speakers"][0]["name"] for talk in talks}) >= 3
    assert len({talk["language"] for talk in talks}) >= 2


def test_every_sample_clip_is_small_and_has_its_text_beside_it() -> None:
    for talk in read(SAMPLE)["talks"]:
        clip = SAMPLE.parent / talk["source"]
        assert clip.stat().st_size < 600_000
        assert clip.read_bytes()[4:8] == b"ftyp"
        assert len(clip.with_suffix(".txt").read_text(encoding="utf-8").split()) >= 100


def test_a_sample_clip_starts_with_its_index_so_that_it_plays_while_it_loads() -> None:
    for clip in SAMPLE.parent.glob("*.mp4"):
        content = clip.read_bytes()
        assert content.index(b"moov") < content.index(b"mdat")
