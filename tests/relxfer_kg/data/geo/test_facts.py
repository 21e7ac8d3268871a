"""The shipped geography graphs: well formed, and true where geography gives a rule or a known count."""

from __future__ import annotations

from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path

import networkx as nx
import pytest

NAMES = ("geo_world", "geo_us")
SYMMETRIC = {"geo_world": {"borders"}, "geo_us": {"adjoins_state", "highway_meets"}}
# Relations that say one country, state, continent ... per head.
FUNCTIONAL = {
    "geo_world": {
        "has_capital",
        "most_populous_city",
        "in_country",
        "in_subregion",
        "in_continent",
        "subregion_of",
        "sea_part_of",
        "range_part_of",
        "tributary_of",
        "river_empties_into",
        "lake_drains_to",
        "language_in_family",
        "language_in_phylum",
        "family_within",
        "peak_in_range",
        "currency_unit",
        "headquartered_in",
    },
    "geo_us": {
        "state_capital",
        "largest_place",
        "place_in_state",
        "state_in_division",
        "state_in_region",
        "division_in_region",
        "waterway_joins",
        "waterway_drains_into",
        "lake_outflow_to",
        "water_arm_of",
        "mountains_part_of",
        "summit_in_mountains",
        "state_highest_point",
    },
}
# head and tail types; an entity has one type in a graph, and every typed entity is anchored (see ANCHORS).
TYPES = {
    "geo_world": {
        "borders": "country country",
        "has_capital": "country city",
        "most_populous_city": "country city",
        "in_country": "city country",
        "in_subregion": "country subregion",
        "in_continent": "country continent",
        "subregion_of": "subregion continent",
        "official_language": "country language",
        "language_in_family": "language family",
        "language_in_phylum": "language family",
        "family_within": "family family",
        "uses_currency": "country currency",
        "currency_unit": "currency unit",
        "issued_from": "currency city",
        "coast_on": "country sea",
        "sea_part_of": "sea sea",
        "member_of": "country organisation",
        "headquartered_in": "organisation city",
        "river_through_country": "river country",
        "tributary_of": "river river",
        "lake_in_country": "lake country",
        "city_on_river": "city river",
        "city_on_lake": "city lake",
        "city_on_coast": "city sea",
        "range_in_country": "range country",
        "range_part_of": "range range",
        "peak_in_range": "peak range",
        "peak_in_country": "peak country",
        "route_serves_city": "route city",
        "route_in_country": "route country",
        "river_empties_into": "river water",
        "lake_drains_to": "lake water",
    },
    "geo_us": {
        "adjoins_state": "state state",
        "state_capital": "state place",
        "largest_place": "state place",
        "place_in_state": "place state",
        "state_in_division": "state division",
        "state_in_region": "state region",
        "division_in_region": "division region",
        "observes_time_zone": "state zone",
        "waterway_crosses_state": "river state",
        "waterway_joins": "river river",
        "place_on_waterway": "place river",
        "highway_crosses_state": "highway state",
        "highway_serves_place": "highway place",
        "highway_meets": "highway highway",
        "mountains_cross_state": "range state",
        "mountains_part_of": "range range",
        "summit_in_state": "peak state",
        "summit_in_mountains": "peak range",
        "state_highest_point": "state peak",
        "park_in_state": "park state",
        "park_in_mountains": "park range",
        "park_contains_summit": "park peak",
        "reservoir_or_lake_in_state": "water state",
        "shore_on": "state water",
        "place_on_shore": "place water",
        "water_arm_of": "water water",
        "lake_outflow_to": "water water-or-river",
        "waterway_drains_into": "river water",
        "park_on_water": "park water-or-river",
    },
}
# Every entity of the type heads at least one fact of the relation: its location is stated.
ANCHORS = {
    "geo_world": {
        "country": "in_subregion",
        "city": "in_country",
        "subregion": "subregion_of",
        "river": "river_through_country",
        "lake": "lake_in_country",
        "range": "range_in_country",
        "peak": "peak_in_country",
        "route": "route_in_country",
        "language": "language_in_family",
    },
    "geo_us": {
        "state": "state_in_division",
        "place": "place_in_state",
        "division": "division_in_region",
        "river": "waterway_crosses_state",
        "highway": "highway_crosses_state",
        "range": "mountains_cross_state",
        "peak": "summit_in_state",
        "park": "park_in_state",
    },
}
LOOSE = {"water", "water-or-river"}
# The seat of government is counted as the capital where the law names none or names another (SOURCES.md).
CAPITAL_CHOICES = {
    "South Africa": "Pretoria",
    "Bolivia": "Sucre",
    "Netherlands": "Amsterdam",
    "Sri Lanka": "Sri Jayawardenepura Kotte",
    "Tanzania": "Dodoma",
    "Nauru": "Yaren",
}


def folder() -> Path:
    """The folder of the graphs: the installed plugin's, or the repository's where it is not installed."""
    try:
        return Path(str(files("relxfer_kg.data.geo")))
    except ModuleNotFoundError:
        return Path(__file__).resolve().parents[3] / "plugins" / "relxfer_kg" / "data" / "geo"


def raw(name: str) -> bytes:
    return (folder() / f"{name}.tsv").read_bytes()


def facts(name: str) -> list[tuple[str, ...]]:
    return [tuple(line.split("\t")) for line in raw(name).decode("utf-8").splitlines()]


class Graph:
    """The facts of one graph by relation."""

    def __init__(self, name: str) -> None:
        self.facts = facts(name)
        self.pairs: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for head, relation, tail in self.facts:
            self.pairs[relation].add((head, tail))

    def tails(self, relation: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for head, tail in self.pairs[relation]:
            found[head].add(tail)
        return dict(found)

    def one(self, relation: str) -> dict[str, str]:
        return dict(self.pairs[relation])

    def heads(self, relation: str) -> set[str]:
        return {head for head, _ in self.pairs[relation]}

    def degree(self) -> Counter[str]:
        return Counter(entity for head, _, tail in self.facts for entity in (head, tail))

    def network(self, relation: str, nodes: set[str]) -> nx.Graph:
        network = nx.Graph()
        network.add_nodes_from(nodes)
        network.add_edges_from(self.pairs[relation])
        return network


GRAPHS = {name: Graph(name) for name in NAMES}
WORLD, US = GRAPHS["geo_world"], GRAPHS["geo_us"]
COUNTRIES, STATES = WORLD.heads("in_subregion"), US.heads("state_in_division")


# --- form ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_one_clean_fact(name: str) -> None:
    text = raw(name)
    assert text.endswith(b"\n")
    assert b"\r" not in text
    for fact in facts(name):
        assert len(fact) == 3, fact
        assert all(part and part == part.strip() and "  " not in part for part in fact), fact


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_sorted_and_unique_and_never_loops(name: str) -> None:
    found = facts(name)
    assert len(set(found)) == len(found)
    assert found == sorted(found, key=lambda fact: (fact[1], fact[0], fact[2]))
    assert [fact for fact in found if fact[0] == fact[2]] == []


@pytest.mark.parametrize("name", NAMES)
def test_relation_names_are_snake_case_and_documented(name: str) -> None:
    sources = (folder() / "SOURCES.md").read_text(encoding="utf-8")
    for relation in GRAPHS[name].pairs:
        assert relation.replace("_", "").isalpha(), relation
        assert relation.islower(), relation
        assert f"`{relation}`" in sources, relation


def test_relation_vocabularies_are_disjoint() -> None:
    assert set(WORLD.pairs) & set(US.pairs) == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_types_cover_every_relation(name: str) -> None:
    assert set(TYPES[name]) == set(GRAPHS[name].pairs)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_one_thing(name: str) -> None:
    types: dict[str, set[str]] = defaultdict(set)
    for head, relation, tail in GRAPHS[name].facts:
        for entity, kind in zip((head, tail), TYPES[name][relation].split(), strict=True):
            if kind not in LOOSE:
                types[entity].add(kind)
    assert {entity: kinds for entity, kinds in types.items() if len(kinds) > 1} == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_entity_a_relation_points_to_is_located(name: str) -> None:
    graph = GRAPHS[name]
    for relation, kinds in TYPES[name].items():
        for position, kind in enumerate(kinds.split()):
            if kind in ANCHORS[name]:
                used = {pair[position] for pair in graph.pairs[relation]}
                assert used - graph.heads(ANCHORS[name][kind]) == set(), (relation, kind)


@pytest.mark.parametrize(("name", "relation"), [(n, r) for n in NAMES for r in sorted(SYMMETRIC[n])])
def test_symmetric_relations_are_stated_both_ways(name: str, relation: str) -> None:
    pairs = GRAPHS[name].pairs[relation]
    assert {(head, tail) for head, tail in pairs if (tail, head) not in pairs} == set()


@pytest.mark.parametrize("name", NAMES)
def test_only_symmetric_relations_ever_go_both_ways(name: str) -> None:
    for relation, pairs in GRAPHS[name].pairs.items():
        if relation not in SYMMETRIC[name]:
            assert {pair for pair in pairs if pair[::-1] in pairs} == set(), relation


@pytest.mark.parametrize(("name", "relation"), [(n, r) for n in NAMES for r in sorted(FUNCTIONAL[n])])
def test_functional_relations_have_one_tail(name: str, relation: str) -> None:
    assert {h: t for h, t in GRAPHS[name].tails(relation).items() if len(t) != 1} == {}


@pytest.mark.parametrize(
    ("name", "relations"),
    [
        ("geo_world", ("sea_part_of",)),
        ("geo_world", ("range_part_of",)),
        ("geo_world", ("family_within",)),
        ("geo_world", ("tributary_of", "river_empties_into", "lake_drains_to", "sea_part_of")),
        ("geo_us", ("mountains_part_of",)),
        ("geo_us", ("waterway_joins", "waterway_drains_into", "lake_outflow_to", "water_arm_of")),
    ],
)
def test_what_is_part_of_or_flows_into_never_comes_back(name: str, relations: tuple[str, ...]) -> None:
    network = nx.DiGraph()
    for relation in relations:
        network.add_edges_from(GRAPHS[name].pairs[relation])
    assert nx.is_directed_acyclic_graph(network)


# --- degree: held-out facts can be inferred -----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_few_entities_hang_by_one_fact(name: str) -> None:
    degree = GRAPHS[name].degree()
    assert sum(count == 1 for count in degree.values()) < 0.25 * len(degree)


@pytest.mark.parametrize("name", NAMES)
def test_no_relation_points_to_leaves_only(name: str) -> None:
    degree = GRAPHS[name].degree()
    for relation, pairs in GRAPHS[name].pairs.items():
        assert any(degree[tail] > 1 for _, tail in pairs), relation
        assert any(degree[head] > 1 for head, _ in pairs), relation


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_graph_is_one_piece(name: str) -> None:
    network = nx.Graph([(head, tail) for head, _, tail in GRAPHS[name].facts])
    assert len(max(nx.connected_components(network), key=len)) > 0.98 * len(network)


# --- the world ----------------------------------------------------------------------------------------------


def test_world_counts() -> None:
    assert len(COUNTRIES) >= 190
    assert len(set(WORLD.one("in_subregion").values())) == 22
    assert set(WORLD.one("subregion_of").values()) == {"Africa", "Americas", "Asia", "Europe", "Oceania"}
    per_continent = Counter(WORLD.one("in_continent").values())
    assert per_continent["Africa"] == 54
    assert per_continent["Oceania"] == 14
    assert Counter(WORLD.one("in_subregion").values())["South America"] == 12


def test_country_subregion_continent_composes() -> None:
    subregion, above = WORLD.one("in_subregion"), WORLD.one("subregion_of")
    assert {country: above[subregion[country]] for country in COUNTRIES} == WORLD.one("in_continent")


def test_every_country_has_one_capital_and_it_lies_there() -> None:
    assert Counter(head for head, _ in WORLD.pairs["has_capital"]) == Counter(COUNTRIES)
    assert {(city, country) for country, city in WORLD.pairs["has_capital"]} <= WORLD.pairs["in_country"]
    assert {(city, country) for country, city in WORLD.pairs["most_populous_city"]} <= WORLD.pairs["in_country"]
    assert {country: WORLD.one("has_capital")[country] for country in CAPITAL_CHOICES} == CAPITAL_CHOICES


@pytest.mark.parametrize("relation", ["in_continent", "has_capital", "official_language", "uses_currency"])
def test_every_country_is_covered(relation: str) -> None:
    assert WORLD.heads(relation) == COUNTRIES


@pytest.mark.parametrize(
    ("country", "count"),
    [
        ("China", 14),
        ("Russia", 14),
        ("Brazil", 10),
        ("France", 10),
        ("Germany", 9),
        ("DR Congo", 9),
        ("Sudan", 7),
        ("Zambia", 8),
        ("India", 6),
        ("Canada", 1),
        ("Portugal", 1),
        ("Lesotho", 1),
        ("Gambia", 1),
        ("Monaco", 1),
        ("Mongolia", 2),
        ("Nepal", 2),
        ("Uruguay", 2),
        ("Bolivia", 5),
        ("Niger", 7),
        ("Turkey", 8),
        ("Poland", 7),
        ("Hungary", 7),
        ("Austria", 8),
        ("Switzerland", 5),
        ("United States", 2),
        ("United Kingdom", 1),
    ],
)
def test_known_numbers_of_neighbours(country: str, count: int) -> None:
    assert len(WORLD.tails("borders")[country]) == count


def test_land_borders_join_the_old_world_and_the_new() -> None:
    network = WORLD.network("borders", COUNTRIES)
    for island in (
        "Japan",
        "Australia",
        "Iceland",
        "Madagascar",
        "Cuba",
        "Sri Lanka",
        "Philippines",
        "Malta",
    ):
        assert network.degree(island) == 0, island
    assert nx.shortest_path_length(network, "Portugal", "North Korea") == 6
    assert nx.has_path(network, "South Africa", "Norway")
    assert nx.has_path(network, "Canada", "Chile")
    assert set(nx.node_connected_component(network, "Haiti")) == {"Haiti", "Dominican Republic"}
    assert nx.node_connected_component(network, "Papua New Guinea") >= {
        "Indonesia",
        "Malaysia",
        "Timor-Leste",
    }


def test_enclaves_and_doubly_landlocked_countries() -> None:
    borders, coast = WORLD.tails("borders"), WORLD.heads("coast_on")
    assert borders["San Marino"] == borders["Vatican City"] == {"Italy"}
    landlocked = COUNTRIES - coast
    assert len(landlocked) == 44
    assert landlocked <= set(borders)
    assert {c for c in landlocked if borders[c] <= landlocked} == {"Liechtenstein", "Uzbekistan"}


@pytest.mark.parametrize(
    ("organisation", "count"),
    [
        ("European Union", 27),
        ("NATO", 32),
        ("African Union", 54),
        ("Commonwealth of Nations", 56),
        ("OECD", 38),
        ("Arab League", 22),
        ("ASEAN", 11),
        ("G7", 7),
        ("G20", 19),
        ("CARICOM", 14),
        ("ECOWAS", 12),
        ("SADC", 16),
        ("OPEC", 12),
        ("Council of Europe", 46),
        ("Benelux Union", 3),
    ],
)
def test_known_numbers_of_members(organisation: str, count: int) -> None:
    assert sum(tail == organisation for _, tail in WORLD.pairs["member_of"]) == count


def test_euro_users_are_the_euro_area_and_four_microstates_and_montenegro() -> None:
    members = {head for head, tail in WORLD.pairs["member_of"] if tail == "European Union"}
    users = {head for head, tail in WORLD.pairs["uses_currency"] if tail == "Euro"}
    assert users - members == {"Andorra", "Monaco", "San Marino", "Vatican City", "Montenegro"}
    assert members - users == {"Czechia", "Denmark", "Hungary", "Poland", "Romania", "Sweden"}


@pytest.mark.parametrize(
    ("place", "holder"),
    [("city_on_river", "river_through_country"), ("city_on_lake", "lake_in_country")],
)
def test_a_city_on_the_water_lies_in_a_country_the_water_touches(place: str, holder: str) -> None:
    country, reach = WORLD.one("in_country"), WORLD.tails(holder)
    assert {(city, w) for city, w in WORLD.pairs[place] if country[city] not in reach[w]} == set()


def test_a_coastal_city_lies_in_a_country_with_that_coast() -> None:
    country, coast = WORLD.one("in_country"), WORLD.tails("coast_on")
    assert {(c, s) for c, s in WORLD.pairs["city_on_coast"] if s not in coast.get(country[c], ())} == set()


def test_every_sea_belongs_to_one_of_four_oceans() -> None:
    above = WORLD.one("sea_part_of")
    tops = set()
    for sea in {tail for _, tail in WORLD.pairs["coast_on"]}:
        while sea in above:
            sea = above[sea]
        tops.add(sea)
    assert tops == {"Atlantic Ocean", "Pacific Ocean", "Indian Ocean", "Arctic Ocean"}


def test_tributaries_share_a_country_with_their_river() -> None:
    reach = WORLD.tails("river_through_country")
    assert {(a, b) for a, b in WORLD.pairs["tributary_of"] if not reach[a] & reach[b]} == set()


def test_a_river_that_reaches_the_sea_does_so_from_a_country_on_it() -> None:
    coast, reach = WORLD.tails("coast_on"), WORLD.tails("river_through_country")
    seas = {tail for _, tail in WORLD.pairs["coast_on"]}
    for river, water in WORLD.pairs["river_empties_into"]:
        if water in seas:
            assert any(water in coast.get(country, ()) for country in reach[river]), (river, water)


def test_the_danube_passes_ten_countries_and_the_black_sea_takes_it() -> None:
    assert len(WORLD.tails("river_through_country")["Danube"]) == 10
    assert WORLD.one("river_empties_into")["Danube"] == "Black Sea"


def test_peaks_stand_where_their_range_runs_and_parts_within_the_whole() -> None:
    reach = WORLD.tails("range_in_country")
    at = WORLD.tails("peak_in_country")
    assert {(p, r) for p, r in WORLD.pairs["peak_in_range"] if not at[p] <= reach[r]} == set()
    assert {(a, b) for a, b in WORLD.pairs["range_part_of"] if not reach[a] <= reach[b]} == set()


def test_language_family_phylum_composes() -> None:
    above, family = WORLD.one("family_within"), WORLD.one("language_in_family")
    top = {}
    for language, step in family.items():
        while step in above:
            step = above[step]
        top[language] = step
    assert top == WORLD.one("language_in_phylum")


def test_a_route_runs_through_exactly_the_countries_of_the_cities_it_serves() -> None:
    country = WORLD.one("in_country")
    derived = {(route, country[city]) for route, city in WORLD.pairs["route_serves_city"]}
    assert derived == WORLD.pairs["route_in_country"]


# --- the states ---------------------------------------------------------------------------------------------


def test_us_counts() -> None:
    assert len(STATES) == 51
    assert len(US.pairs["division_in_region"]) == 9
    assert len(set(US.one("division_in_region").values())) == 4
    assert Counter(US.one("state_in_division").values()) == {
        "New England Division": 6,
        "Middle Atlantic Division": 3,
        "East North Central Division": 5,
        "West North Central Division": 7,
        "South Atlantic Division": 9,
        "East South Central Division": 4,
        "West South Central Division": 4,
        "Mountain Division": 8,
        "Pacific Division": 5,
    }
    # 63 national parks less those of American Samoa and the Virgin Islands
    assert len(US.heads("park_in_state")) == 61


def test_state_division_region_composes() -> None:
    division, above = US.one("state_in_division"), US.one("division_in_region")
    assert {state: above[division[state]] for state in STATES} == US.one("state_in_region")


def test_every_state_has_one_capital_and_it_lies_there() -> None:
    assert Counter(head for head, _ in US.pairs["state_capital"]) == Counter(STATES)
    assert {(place, state) for state, place in US.pairs["state_capital"]} <= US.pairs["place_in_state"]
    assert {(place, state) for state, place in US.pairs["largest_place"]} <= US.pairs["place_in_state"]


@pytest.mark.parametrize("relation", ["observes_time_zone", "state_in_region", "largest_place"])
def test_every_state_is_covered(relation: str) -> None:
    assert US.heads(relation) == STATES


@pytest.mark.parametrize(
    ("state", "count"),
    [
        ("Tennessee", 8),
        ("Missouri", 8),
        ("Colorado", 6),
        ("Kentucky", 7),
        ("Maine", 1),
        ("Florida", 2),
        ("Rhode Island", 2),
        ("District of Columbia", 2),
        ("Texas", 4),
        ("California", 3),
        ("Pennsylvania", 6),
        ("Idaho", 6),
        ("Michigan", 3),
        ("Washington (state)", 2),
        ("South Carolina", 2),
        ("Arizona", 4),
        ("Utah", 5),
        ("New Mexico", 4),
        ("Virginia", 6),
        ("New York (state)", 5),
    ],
)
def test_known_numbers_of_neighbour_states(state: str, count: int) -> None:
    assert len(US.tails("adjoins_state")[state]) == count


def test_state_borders_join_the_lower_48_and_leave_out_alaska_and_hawaii() -> None:
    network = US.network("adjoins_state", STATES)
    assert network.number_of_edges() == 107
    pieces = sorted(nx.connected_components(network), key=len)
    assert pieces[:-1] in ([{"Alaska"}, {"Hawaii"}], [{"Hawaii"}, {"Alaska"}])
    assert len(pieces[-1]) == 49
    assert set(nx.articulation_points(network)) == {
        "New Hampshire",
        "New York (state)",
    }  # to Maine, to New England
    assert nx.check_planarity(network)[0]


def test_the_four_corners_only_touch() -> None:
    assert ("Arizona", "Colorado") not in US.pairs["adjoins_state"]
    assert ("New Mexico", "Utah") not in US.pairs["adjoins_state"]


def test_the_great_lakes_and_their_states() -> None:
    shore = {lake: {s for s, w in US.pairs["shore_on"] if w == lake} for _, lake in US.pairs["shore_on"]}
    assert shore["Lake Superior"] == {"Michigan", "Minnesota", "Wisconsin"}
    assert shore["Lake Michigan"] == {"Illinois", "Indiana", "Michigan", "Wisconsin"}
    assert shore["Lake Erie"] == {"Michigan", "New York (state)", "Ohio", "Pennsylvania"}
    assert shore["Gulf of Mexico"] == {"Alabama", "Florida", "Louisiana", "Mississippi", "Texas"}


def test_the_mississippi_passes_ten_states() -> None:
    assert len(US.tails("waterway_crosses_state")["Mississippi River"]) == 10


@pytest.mark.parametrize(
    ("relation", "reach"),
    [("place_on_waterway", "waterway_crosses_state"), ("highway_serves_place", "highway_crosses_state")],
)
def test_a_place_lies_in_a_state_its_river_or_highway_crosses(relation: str, reach: str) -> None:
    state, crosses = US.one("place_in_state"), US.tails(reach)
    pairs = US.pairs[relation]
    if relation == "highway_serves_place":
        pairs = {(place, highway) for highway, place in pairs}
    assert {(p, x) for p, x in pairs if state[p] not in crosses[x]} == set()


def test_a_place_on_the_shore_lies_in_a_state_with_that_shore() -> None:
    state, shore = US.one("place_in_state"), US.tails("shore_on")
    lakes = US.tails("reservoir_or_lake_in_state")
    for place, water in US.pairs["place_on_shore"]:
        assert water in shore.get(state[place], ()) or state[place] in lakes.get(water, ()), (place, water)


def test_tributaries_share_a_state_with_their_river() -> None:
    crosses = US.tails("waterway_crosses_state")
    apart = {(a, b) for a, b in US.pairs["waterway_joins"] if not crosses[a] & crosses[b]}
    # they meet in Canada, and on the line between Georgia and Florida
    assert apart == {("Kootenai River", "Columbia River"), ("Flint River", "Apalachicola River")}


def test_highways_that_meet_share_a_state_and_cross_a_connected_set_of_states() -> None:
    crosses = US.tails("highway_crosses_state")
    assert {(a, b) for a, b in US.pairs["highway_meets"] if not crosses[a] & crosses[b]} == set()
    network = US.network("adjoins_state", STATES)
    # Interstate 69 is still built in pieces
    apart = {h for h, states in crosses.items() if not nx.is_connected(network.subgraph(states))}
    assert apart == {"Interstate 69"}


def test_rivers_cross_a_connected_set_of_states() -> None:
    network = US.network("adjoins_state", STATES)
    crosses = US.tails("waterway_crosses_state")
    assert {r for r, states in crosses.items() if not nx.is_connected(network.subgraph(states))} == set()


def test_summits_ranges_and_highest_points_agree() -> None:
    crosses, at = US.tails("mountains_cross_state"), US.tails("summit_in_state")
    assert {(p, r) for p, r in US.pairs["summit_in_mountains"] if not at[p] <= crosses[r]} == set()
    assert {(a, b) for a, b in US.pairs["mountains_part_of"] if not crosses[a] <= crosses[b]} == set()
    assert {(s, p) for s, p in US.pairs["state_highest_point"] if s not in at[p]} == set()


def test_parks_lie_where_their_mountains_and_summits_are() -> None:
    state, crosses = US.tails("park_in_state"), US.tails("mountains_cross_state")
    at = US.tails("summit_in_state")
    assert {(p, r) for p, r in US.pairs["park_in_mountains"] if not state[p] & crosses[r]} == set()
    assert {(p, s) for p, s in US.pairs["park_contains_summit"] if not state[p] & at[s]} == set()
