"""What no export may hold: columns and rules are named, content never."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.flow import Decided, Source, import_wave, look
from pipelines.ground.errors import RefusedColumns
from pipelines.ground.messages import explain
from pipelines.ground.period import Wave
from pipelines.ground.settings import Home
from pipelines.instruments.refusals import load_refusals
from pipelines.intake.personal import refuse_personal
from pipelines.vault.store import read
from tests.drawn import examples

BSN, NOT_BSN = "111222333", "111222334"  # the well-known example number, and one that does not add up
IBAN, NOT_IBAN = "NL91 ABNA 0417 1643 00", "NL92 ABNA 0417 1643 00"


def rules_of(head: str, *values: str, reads: dict[str, str] | None = None, text: str = "") -> list[str]:
    try:
        refuse_personal(pl.DataFrame({head: values}), reads or {}, (), {head: text})
    except RefusedColumns as refusal:
        return [found.rule for found in refusal.found]
    return []


@pytest.mark.parametrize(
    ("head", "rule"),
    [
        ("Naam", "name"), ("RecipientFirstName", "name"), ("wat is uw voornaam?", "name"), ("E-mail", "email"),
        ("E-mailadres", "email"), ("RecipientEmail", "email"), ("IPAddress", "ip"), ("ip_adres", "ip"),
        ("Telefoonnummer", "phone"), ("BSN", "bsn"), ("IBAN", "iban"), ("Geboortedatum", "birth_date"),
        ("LocationLatitude", "coordinates"), ("Breedtegraad", "coordinates"), ("Postcode", "address"),
        ("Naam school", "name"), ("schoolnaam", "school"), ("BRIN", "school"), ("ExternalDataReference", "identifier"),
        ("Q7_TEXT", "free_text"), ("Opmerkingen", "free_text"),
    ],
)  # fmt: skip
def test_a_head_tells_what_a_column_holds(head: str, rule: str) -> None:
    assert rules_of(head, "x") == [rule]
    assert rules_of("Q1", "x", text=head) in ([rule], [])  # a question as it stands below a code
    assert rules_of(head, "anonymous") == []  # nothing was collected


@pytest.mark.parametrize(
    "head",
    ["Q1", "stress_1", "region", "How many leaders help you?", "Namens wie?", "Zip file", "schooljaar", "Context",
     "Heeft u de naam van uw mentor ooit aan een collega verteld?"],
)  # fmt: skip
def test_other_heads_are_no_reason_to_refuse(head: str) -> None:
    assert rules_of(head, "3", "4") == []


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        (["3", "mail jan@school.example"], "email"), (["06 12345678", "1"], "phone"), (["+31 (0)6-12345678"], "phone"),
        (["+31612345678"], "phone"), ([BSN], "bsn"), ([NOT_BSN], None), ([BSN, NOT_BSN, NOT_BSN], None),
        (["111.222.333"], "bsn"),
        ([IBAN], "iban"), ([NOT_IBAN], None), (["192.0.2.1"], "ip"), (["2001:db8::1:2:3"], "ip"),
        (["1971-04-09", "12-5-1980"], "birth_date"), (["2026-04-09"], None), (["52.09083, 5.12222"], "coordinates"),
        (["3512 JE", "1011 AB"], "address"), (["10UN00", "05OC"], "school"), (["OBS De Zonnebloem"], "school"),
        (["Mevrouw Jansen"], "name"), (["Ik vind dat wij daar te weinig aan doen."], "free_text"),
        (["Ja, want dat is bij ons zo afgesproken"] * 20, None), (["1", "2"], None), (["Zuid-Holland"], None),
    ],
)  # fmt: skip
def test_values_tell_it_too_and_numbers_must_add_up(values: list[str], rule: str | None) -> None:
    assert rules_of("Q1", *values) == ([rule] if rule else [])


def test_a_key_must_not_be_a_name_an_address_or_a_citizen_number() -> None:
    reads = {"token": "leader_key"}
    assert rules_of("token", "a@b.nl", reads=reads) == ["email"]
    assert rules_of("token", BSN, reads=reads) == ["bsn"]
    assert rules_of("Naam", "k1", reads={"Naam": "leader_key"}) == ["name"]
    assert rules_of("ExternalReference", "k1", reads={"ExternalReference": "leader_key"}) == []


def test_a_question_whose_answers_shifted_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("leader_key,stress_1,stress_2\na,jan@school.example,3\nb,3,3\n")
    with pytest.raises(RefusedColumns) as refusal:
        look(Home(tmp_path / "home"), Source(file, "2026Q3"))
    assert [(found.column, found.rule) for found in refusal.value.found] == [("stress_1", "email")]


def test_a_head_that_is_itself_personal_is_named_by_its_place_and_can_be_dropped_by_it(tmp_path: Path) -> None:
    file, home = tmp_path / "export.csv", Home(tmp_path / "home")
    file.write_text("leader_key,stress_1,jan@school.example\na,3,piet@school.example\n")
    with pytest.raises(RefusedColumns) as refusal:
        import_wave(home, Source(file, "2026Q3"))
    assert [found.column for found in refusal.value.found] == ["column_3"]
    assert look(home, Source(file, "2026Q3", decided=Decided(drop=("column_3",)))).answers.height == 1


SECRET = st.sampled_from(["jan@school.example", "06-12345678", BSN, IBAN, "192.0.2.17", "52.09083, 5.12222"])


@examples(25)
@given(secret=SECRET, head=st.sampled_from(["Q7", "leader_key", "stress_2"]))
def test_nothing_of_a_refused_column_is_stored_logged_or_shown(tmp_path: Path, secret: str, head: str) -> None:
    file, home = tmp_path / "export.csv", Home(tmp_path / "home")
    columns = {"leader_key": "k1", "stress_1": "3", "stress_2": "2", "Q7": "1", head: secret}
    pl.DataFrame({name: [value] for name, value in columns.items()}).write_csv(file)
    with pytest.raises(RefusedColumns) as refusal:
        import_wave(home, Source(file, "2026Q3"))
    shown = [explain(lang, refusal.value) for lang in ("nl", "en")] + [str(refusal.value), repr(refusal.value.found)]
    kept = [(home.vault / name).read_text() for name in ("log.jsonl", "log.head")]
    assert len(list(home.path.rglob("*"))) == 1 + len(kept)  # the vault, its log, and the hash of the last line
    assert set(json.loads(kept[0].splitlines()[-1])["columns"][0]) == {"column", "rule"}
    assert not [text for text in (*shown, *kept) if secret in text or secret.split()[0] in text]


def test_every_rule_has_words_in_both_languages_and_a_way_to_be_found() -> None:
    rules = load_refusals().refusal
    assert len({rule.code for rule in rules}) == len(rules)
    assert {"name", "email", "phone", "bsn", "iban", "ip", "birth_date", "coordinates", "free_text", "school"} <= {
        rule.code for rule in rules
    }
    assert all(rule.nl and rule.en and (rule.heads or rule.values) for rule in rules)


YEARS = ("experience_band",)  # which these rosters do not have
PEOPLE = {"wave": "2026Q3", "leader_key": "k1", "school_key": "01AB00", "region": "Noord", "role": "director"}


@pytest.mark.parametrize(
    ("head", "value", "rule"),
    [
        ("naam", "Jan Jansen", "name"), ("mail", "x", "email"), ("contact", "jan@school.example", "email"),
        ("tel", "x", "phone"), ("nummer", "06-12345678", "phone"), ("pers", BSN, "bsn"), ("rekening", IBAN, "iban"),
        ("geboortedatum", "x", "birth_date"), ("dag", "12-03-1971", "birth_date"),
        ("plek", "52.09083, 5.12222", "coordinates"), ("postcode", "x", "address"), ("schoolnaam", "De Ster", "school"),
        ("brin", "x", "school"), ("instelling", "OBS De Ster", "school"), ("toelichting", "x", "free_text"),
        ("personeelsnummer", "x", "identifier"),
        # columns that are read: what stands in them counts
        ("leader_key", "jan@school.example", "email"), ("region", "jan@school.example", "email"),
        ("denomination", "OBS De Ster", "school"),
    ],
)  # fmt: skip
def test_a_roster_with_personal_data_is_refused_like_an_export(
    tmp_path: Path, head: str, value: str, rule: str
) -> None:
    export, roster, home = tmp_path / "export.csv", tmp_path / "roster.csv", Home(tmp_path / "home")
    export.write_text("leader_key,stress_1\nk1,3\n")
    pl.DataFrame({name: [one] for name, one in (PEOPLE | {head: value}).items()}).write_csv(roster)
    with pytest.raises(RefusedColumns) as refusal:
        import_wave(home, Source(export, "2026Q3", roster=roster))
    assert [(found.column, found.rule) for found in refusal.value.found] == [(head, rule)]
    for lang in ("nl", "en"):
        sentence = explain(lang, refusal.value)
        assert "roster.csv" in sentence
        assert f'drop = ["{head}"]' in sentence
        assert value == "x" or value not in sentence
    kept = [path for path in home.path.rglob("*") if path.is_file()]
    assert {path.name for path in kept} == {"log.jsonl", "log.head"}
    assert value == "x" or value not in kept[0].read_text()


def test_a_roster_whose_personal_columns_are_dropped_is_read_without_them(tmp_path: Path) -> None:
    export, roster, home = tmp_path / "export.csv", tmp_path / "roster.csv", Home(tmp_path / "home")
    export.write_text("leader_key,stress_1\nk1,3\n")
    pl.DataFrame({**PEOPLE, "naam": "Jan Jansen", "mijn@adres.example": "x@y.example"}).write_csv(roster)
    import_wave(
        home, Source(export, "2026Q3", roster=roster, decided=Decided(beside_drop=("naam", "column_7"), without=YEARS))
    )
    assert read(home, Wave("2026Q3"), "roster").columns == ["leader_key", "school_key", "region", "role"]
    assert not [path for path in home.path.rglob("*") if path.is_file() and b"Jansen" in path.read_bytes()]


def test_a_profile_leaves_its_columns_out_of_the_roster_too(tmp_path: Path) -> None:
    export, roster, home = tmp_path / "export.csv", tmp_path / "roster.csv", Home(tmp_path / "home")
    export.write_text("Sleutel,Druk\nk1,3\n")
    pl.DataFrame({**PEOPLE, "naam": "Jan Jansen"}).write_csv(roster)
    (home.instruments / "exports").mkdir(parents=True)
    (home.instruments / "exports" / "ours.toml").write_text(
        '[profile]\ncode = "ours"\nnl = "Onze"\nen = "Ours"\ndrop = ["naam"]\n'
        'columns = {Sleutel = "leader_key", Druk = "stress_1"}\n'
    )
    for profile in ("ours", None):
        assert look(home, Source(export, "2026Q3", profile, roster, decided=Decided(without=YEARS))).answers.height == 1


def test_the_keys_and_groups_of_an_ordinary_roster_are_not_personal(tmp_path: Path) -> None:
    export, roster = tmp_path / "export.csv", tmp_path / "roster.csv"
    export.write_text("leader_key,stress_1\nk1,3\n")
    groups = {"experience_band": "2-5", "school_type": "bao", "school_size": "100-199", "denomination": "Openbaar"}
    pl.DataFrame({**PEOPLE, **groups, "board": "bestuur-3393"}).write_csv(roster)
    assert look(Home(tmp_path / "home"), Source(export, "2026Q3", roster=roster)).answers.height == 1


def test_heads_that_are_patterns_to_a_machine_are_looked_at_like_others() -> None:
    for head in ("*", "^.*$", "^", "$", "a*"):
        assert rules_of(head, "jan@school.example") == ["email"]
        assert rules_of(head, "3") == []
