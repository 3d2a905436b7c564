"""Single lines of programmes: numbers, names, posts and titles told apart."""

from __future__ import annotations

import pytest

from ingest.pages.countries import read_country
from ingest.pages.line_people import read_people
from ingest.pages.person_names import read_name
from ingest.pages.speaker_lines import read_line
from ingest.pages.speaker_posts import read_post
from ingest.plain_text import SPLIT


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Prof. Dr. Dr. h.c. Anton ZEILINGER", "Anton Zeilinger"),
        ("ZEILINGER, Anton", "Anton Zeilinger"),
        ("Academician Alexander Sergeev", "Alexander Sergeev"),
        ("H.E. Ms. Ada Example", "Ada Example"),
        ("Sir Bo Sample FRS", "Bo Sample"),
        ("Ada Example, M.D., Ph.D.", "Ada Example"),
        ("Ada Example.", "Ada Example"),
        ("J. K. Sample Jr.", "J. K. Sample Jr."),
        ("Ennio A. Vivaldi V.", "Ennio A. Vivaldi V."),
        ("Univ.-Prof. Dr.-Ing. Eva Muster", "Eva Muster"),
        ("M. Jean-Luc Modèle", "Jean-Luc Modèle"),
        ("MARIA DE LA MUESTRA", "Maria de la Muestra"),
        ("O'SAMPLE, Mary", "Mary O'Sample"),
        ("LI Ming", "Li Ming"),
        ("Example, A.", "A. Example"),
        ("Ada Example (she/her)", "Ada Example"),
        ("白例子院士", "白例子"),
        ("例野 太郎 氏", "例野 太郎"),
        ("김예시 교수", "김예시"),
        ("ศ.ดร.สมชาย ตัวอย่าง", "สมชาย ตัวอย่าง"),
        ("И. И. Примеров", "И. И. Примеров"),
        ("Abdul-Rahman al-Mithal", "Abdul-Rahman al-Mithal"),
    ],
)
def test_a_name_loses_its_titles_and_keeps_its_form(text: str, name: str) -> None:
    found = read_name(text)
    assert found is not None
    assert found.text == name


@pytest.mark.parametrize(
    "text",
    [
        "Climate Action", "Oswaldo Cruz Foundation", "Coffee Break", "New York", "Saudi Arabia",
        "Watch Video", "University Rector", "北京大学", "Global Health", "Quantum Horizons",
        "Read More", "Deep Learning", "Opening Remarks", "Zukunft der Forschung", "",
    ],
)  # fmt: skip
def test_other_words_with_capitals_are_no_names(text: str) -> None:
    assert read_name(text) is None


@pytest.mark.parametrize(
    ("text", "role", "affiliation", "aliases", "country"),
    [
        ("President of CAS and ANSO, China.", "President", "CAS and ANSO", (), "CN"),
        ("Rector, Universidad de Chile, Chile", "Rector", "Universidad de Chile", (), "CL"),
        ("Director General, Institute of X", "Director General", "Institute of X", (), ""),
        ("President, National Academy of Sciences, USA", "President",
         "National Academy of Sciences", (), "US"),
        ("Vice President of Fiocruz (The Oswaldo Cruz Foundation), Brazil", "Vice President",
         "Fiocruz", ("Oswaldo Cruz Foundation",), "BR"),
        ("Professor of Physics, ETH Zürich, Switzerland", "Professor of Physics", "ETH Zürich",
         (), "CH"),
        ("Professor of Physics at ETH Zürich", "Professor of Physics", "ETH Zürich", (), ""),
        ("Vice President for Research, University of Examples (UoE), Kenya",
         "Vice President for Research", "University of Examples", ("UoE",), "KE"),
        ("Executive Director of the ANSO Secretariat", "Executive Director", "ANSO Secretariat",
         (), ""),
        ("Director General of the Bureau of X, P.R. China", "Director General", "Bureau of X",
         (), "CN"),
        ("Minister of Education, Chile", "Minister of Education", "", (), "CL"),
        ("Rektorin der Universität Musterstadt, Deutschland", "Rektorin",
         "Universität Musterstadt", (), "DE"),
        ("directrice de l’Institut Exemple (France)", "directrice", "Institut Exemple", (), "FR"),
        ("директор Института примеров РАН, Россия", "директор", "Института примеров РАН", (),
         "RU"),
        ("示例科学院院长，中国", "院长", "示例科学院", (), "CN"),
        ("例大学 教授", "教授", "例大学", (), ""),
        ("CEO of Acme", "CEO", "Acme", (), ""),
        ("University of X", "", "University of X", (), ""),
        ("Chile", "", "", (), "CL"),
    ],
)  # fmt: skip
def test_a_post_is_taken_apart(
    text: str, role: str, affiliation: str, aliases: tuple[str, ...], country: str
) -> None:
    post = read_post(text)
    assert post is not None
    assert post.plain
    found = (post.role, post.affiliation, post.aliases, post.country)
    assert found == (role, affiliation, aliases, country)


def test_what_could_be_role_or_institution_is_unsure() -> None:
    post = read_post("Chief Dreaming, Acme")
    assert post is not None
    people = read_people("Ada Example, Google")
    assert people is not None
    assert people.entries[0].affiliation == "Google"
    assert "could not be told apart" in people.doubts[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("USA", "US"), ("U.S.", "US"), ("UK", "GB"), ("UAE", "AE"), ("P.R. China", "CN"),
        ("South Korea", "KR"), ("Russian Federation", "RU"), ("Türkiye", "TR"),
        ("the Netherlands", "NL"), ("Österreich", "AT"), ("Brasil", "BR"), ("中国", "CN"),
        ("and", ""), ("are", ""), ("Chinese", ""), ("IT", ""), ("Boston", ""), ("can", ""),
    ],
)  # fmt: skip
def test_countries_are_known_by_the_names_programmes_use(text: str, code: str) -> None:
    assert read_country(text) == code


@pytest.mark.parametrize(
    ("line", "number", "names", "title"),
    [
        ("1.Ada Example|President of CAS, China.", 1, ["Ada Example"], ""),
        ("２、白例子｜示例科学院院长", 2, ["白例子"], ""),
        ("3． Bo Sample — Rector, University of X", 3, ["Bo Sample"], ""),
        ("On Examples — Ada Example, Rector, University of X (Chile)", None, ["Ada Example"],
         "On Examples"),
        ("09:00–09:30 Ada Example: On Examples", None, ["Ada Example"], "On Examples"),
        ("Keynote 3: Bo Sample, Institute of X, “The State of Samples”", 3, ["Bo Sample"],
         "The State of Samples"),
        ("Lecture II. Ada Example, Rector", 2, ["Ada Example"], ""),
        ("Ada Example & Bo Sample (Institute of X), Cy Muster (CERN): On Us", None,
         ["Ada Example", "Bo Sample", "Cy Muster"], "On Us"),
        ("Ada Example; Bo Sample", None, ["Ada Example", "Bo Sample"], ""),
        ("Ada Example/Bo Sample: On Us", None, ["Ada Example", "Bo Sample"], "On Us"),
        ("On Examples by Ada Example, University of X", None, ["Ada Example"], "On Examples"),
        ("On Examples (Ada Example, University of X)", None, ["Ada Example"], "On Examples"),
        ("Ada Example. President, Academy of X.", None, ["Ada Example"], ""),
        ("« Des exemples » – Léa Exemple, Institut Exemple", None, ["Léa Exemple"],
         "Des exemples"),
        ("张例（例子大学教授）：《论例子》", None, ["张例"], "论例子"),
        ("講演1「例の未来」", 1, [], "例の未来"),
        (f"Ada Example{SPLIT}, Rector, University of X{SPLIT} On Examples", None,
         ["Ada Example"], "On Examples"),
        ("ODTÜ Rektörü Prof. Dr. Ayşe Örnek", None, ["Ayşe Örnek"], ""),
        ("Frontier Science – A Perspective from the Austrian Academy of Sciences", None, [], ""),
        ("The workshop was facilitated by Ada Example and Bo Sample.", None, [], ""),
        ("Ada Example, President of CAS, gave the welcome as the host.", None, [], ""),
        ("Oswaldo Cruz Foundation and the COVID-19 Pandemic", None, [], ""),
        ("3D printing of organs", None, [], ""),
        ("1.5 degrees and beyond", None, [], ""),
    ],
)  # fmt: skip
def test_a_line_is_taken_apart(line: str, number: int | None, names: list[str], title: str) -> None:
    reading = read_line(line)
    assert reading.number == number
    assert [entry.name for entry in reading.people] == names
    assert reading.title == title


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Speaker: Ada Example", "speaker"), ("Referentin: Eva Muster", "speaker"),
        ("报告人：张例", "speaker"), ("Докладчик: Иван Примеров", "speaker"),
        ("วิทยากร: สมชาย", "speaker"), ("Konuşmacı: Ayşe Örnek", "speaker"),
        ("Título: El ejemplo", "title"), ("題目：例", "title"), ("所属：例大学", "affiliation"),
        ("Moderator: Ada Example", "moderator"), ("Abstract:", "abstract"),
    ],
)  # fmt: skip
def test_labels_are_known_in_many_languages(line: str, label: str) -> None:
    assert read_line(line).label == label


@pytest.mark.parametrize(
    "line",
    [
        "Coffee break", "10:30–11:00 Coffee break", "Lunch", "Registration", "Opening ceremony",
        "Kaffeepause", "Pause café", "Almuerzo", "茶歇", "休憩", "Кофе-брейк", "Q&A",
        "Watch the video", "Video ansehen", "Voir la vidéo", "观看视频", "40 min", "09:00",
    ],
)  # fmt: skip
def test_breaks_and_captions_are_noise(line: str) -> None:
    assert read_line(line).noise
