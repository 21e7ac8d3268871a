"""Standard networks: cards against the mirror, and loaders on small files."""

from __future__ import annotations

import json

import numpy as np
import pytest
import scipy.sparse as sp
from relxfer_social import relxfer_datasets
from relxfer_social.data.standard import formats, load
from relxfer_social.options import AirportOptions, CitationOptions, EdgeOptions, FacebookOptions
from scipy.io import savemat

from relxfer.data.fetch import files_of
from relxfer.errors import DataError
from relxfer.plugins.finder import load_object

CARDS = {card.name: card for card in relxfer_datasets() if card.files}
CHECKED = [name for name, card in CARDS.items() if all(file.digest for file in card.files)]
TWITCH = [name for name in CARDS if name.startswith("twitch")]


@pytest.fixture(scope="module")
def mirrored(shared_file, tmp_path_factory):
    """The domain of a card, from the mirror."""
    mirror = shared_file("data/mirror/index.json").parent
    kept = {}

    def get(name, **options):
        key = (name, *sorted(options.items()))
        if key not in kept:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("RELXFER_DATA", str(tmp_path_factory.mktemp("data")))
                patch.setenv("RELXFER_MIRROR", str(mirror))
                card = CARDS[name]
                kept[key] = load_object(card.load)(load_object(card.options)(**options), files_of(card))
        return kept[key]

    return get


# ------------------------------------------------------------------ against the mirror


@pytest.mark.parametrize("name", CHECKED)
def test_what_loads_has_the_counts_of_the_card(name, mirrored):
    domain, counts = mirrored(name), CARDS[name].counts
    assert len(domain.inputs) == counts["nodes"]
    assert f" of {counts['rows']:,} rows" in domain.notes[0]
    assert len(domain.task.answers) == counts["classes"]
    if "features" in counts:
        assert domain.inputs.features.shape[1] == len(domain.inputs.columns) == counts["features"]
    else:
        assert domain.inputs.features is None


def test_languages_share_features_and_classes(mirrored):
    first = mirrored(TWITCH[0])
    for name in TWITCH[1:]:
        assert mirrored(name).inputs.columns == first.inputs.columns
        assert mirrored(name).task.same_as(first.task)


@pytest.mark.parametrize(("name", "share"), [("twitch-de", 0.605), ("twitch-en", 0.546)])
def test_the_share_of_mature_channels_is_the_published_one(name, share, mirrored):
    domain = mirrored(name, test_fraction=1)
    assert domain.train is None
    assert domain.test.answers.mean() == pytest.approx(share, abs=5e-4)


@pytest.mark.parametrize(
    ("name", "edges", "degree"),
    [("airports-usa", 27_198, 238), ("airports-brazil", 2_148, 81), ("airports-europe", 11_990, 202)],
)
def test_airports_have_the_edges_and_degrees_of_published_tables(name, edges, degree, mirrored):
    network = mirrored(name).inputs
    assert network.edges.shape[1] == edges
    assert network.degrees("in").max() == degree
    assert np.array_equal(network.degrees("in"), network.degrees("out"))


@pytest.mark.parametrize(
    ("name", "edges", "several"), [("acmv9", 15_556, 581), ("citationv1", 15_098, 166), ("dblpv7", 8_117, 15)]
)
def test_citations_have_the_published_counts(name, edges, several, mirrored):
    domain = mirrored(name)
    assert domain.inputs.edges.shape[1] == 2 * edges
    assert f"{several} nodes have several labels: the first counts" in domain.notes
    strict = mirrored(name, several_labels="none")
    assert len(domain.train) + len(domain.test) - len(strict.train) - len(strict.test) == several
    assert strict.sha == domain.sha


def test_options_of_edges_change_the_domain(mirrored):
    seen = {mirrored("airports-brazil").sha}
    for options in ({"direction": "given"}, {"loops": False}, {"duplicates": False}):
        seen.add(mirrored("airports-brazil", **options).sha)
    assert len(seen) == 4
    assert mirrored("airports-brazil", duplicates=False, loops=False).inputs.edges.shape[1] == 2_006


def test_attributes_of_people_are_features(mirrored):
    plain = mirrored("amherst41")
    assert plain.task.answers == ("gender 1", "gender 2")
    assert len(plain.train) + len(plain.test) == 2235 - 203
    rich = mirrored("amherst41", label="status", attributes=("gender", "year"))
    assert rich.inputs.columns[:2] == ("gender=1", "gender=2")
    assert "year=2008" in rich.inputs.columns
    assert rich.inputs.features.max() == 1


@pytest.mark.parametrize("name", ["Amherst41", "Johns_Hopkins55"])
def test_two_copies_of_a_school_are_one(name, mirrored, shared_file):
    pack = np.load(shared_file(f"data/social/facebook100/fb100_{name}.npz"))
    network = mirrored(name.replace("_", "-").lower()).inputs
    upper = network.edges[:, network.edges[0] < network.edges[1]]
    assert np.array_equal(upper[:, np.lexsort(upper[::-1])], np.unique(pack["edge_index"], axis=1))


@pytest.mark.parametrize("name", ["Caltech36", "Haverford76", "MIT8"])
def test_the_packs_have_the_counts_of_the_unverified_cards(name, shared_file):
    pack = np.load(shared_file(f"data/social/facebook100/fb100_{name}.npz"))
    counts = CARDS[name.lower()].counts
    assert counts["nodes"] == int(pack["num_nodes"])
    assert counts["rows"] == 2 * pack["edge_index"].shape[1]


# ------------------------------------------------------------------ small files


@pytest.fixture
def twitch(tmp_path):
    (tmp_path / "e.csv").write_text("from,to\n0,2\n1,0\n")
    (tmp_path / "f.json").write_text(json.dumps({"1": [5, 5, 0], "0": [3169], "2": []}))
    (tmp_path / "t.csv").write_text("id,mature,new_id\n7,True,0\n8,False,2\n9,False,1\n7,True,0\n")
    return {"edges": tmp_path / "e.csv", "features": tmp_path / "f.json", "target": tmp_path / "t.csv"}


def test_twitch_is_read_back(twitch):
    domain = load.load_twitch(EdgeOptions(test_fraction=0), twitch)
    assert domain.inputs.edges.tolist() == [[0, 1], [2, 0]]
    assert domain.train.answers.tolist() == [1, 0, 0]
    assert domain.test is None
    rows, columns = domain.inputs.features.nonzero()
    assert list(zip(rows, columns, strict=True)) == [(0, 3169), (1, 0), (1, 5)]
    assert domain.inputs.features.max() == 1


def test_airports_are_called_by_their_numbers(tmp_path):
    (tmp_path / "e").write_text("30 10\n10 30\n20 20\n")
    (tmp_path / "l").write_text("node label\n30 3\n10 1\n20 2\n")
    domain = load.load_airports(AirportOptions(test_fraction=1), {"edges": tmp_path / "e", "labels": tmp_path / "l"})
    assert domain.inputs.nodes == ("10", "20", "30")
    assert domain.inputs.edges.tolist() == [[0, 0, 1, 1, 2, 2], [2, 2, 1, 1, 0, 0]]
    assert domain.test.answers.tolist() == [1, 2, 3]
    (tmp_path / "e").write_text("30 11\n")
    with pytest.raises(DataError, match="got others"):
        load.load_airports(AirportOptions(), {"edges": tmp_path / "e", "labels": tmp_path / "l"})


def test_several_labels(tmp_path):
    path = tmp_path / "c.mat"
    group = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0]], np.uint8)
    content = {"network": sp.csc_matrix(np.eye(3)), "attrb": np.eye(3, 4, dtype=np.uint8), "group": group}
    savemat(path, content)
    domain = load.load_citation(CitationOptions(test_fraction=1), {"network": path})
    assert (domain.test.queries.tolist(), domain.test.answers.tolist()) == ([0, 1], [1, 0])
    assert domain.inputs.edges.shape == (2, 0)
    only = load.load_citation(CitationOptions(test_fraction=1, several_labels="none", loops=True), {"network": path})
    assert (only.test.queries.tolist(), only.inputs.edges.shape[1]) == ([1], 3)
    for damaged in (path.read_bytes()[:200], b""):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"c\.mat: expected a whole file"):
            load.load_citation(CitationOptions(), {"network": path})
    savemat(path, content | {"group": group[:2]})
    with pytest.raises(DataError, match="labels of 2"):
        load.load_citation(CitationOptions(), {"network": path})


def test_pajek_counts_from_one(tmp_path):
    (tmp_path / "n").write_text("*vertices 2\n1 0 0.0 0.0 ellipse\n2 1 0.0 0.0 ellipse\n*edges\n1 2 1.0\n")
    (tmp_path / "l").write_text(
        "node_id\tstudent_fac\tgender\tmajor_index\tsecond_major\tdorm\tyear\thigh_school\n"
        "0\t1\t2\t0\t0\t0\t2008\t9\n1\t1\t0\t0\t0\t0\t2009\t9\n"
    )
    files = {"edges": tmp_path / "n", "attributes": tmp_path / "l"}
    domain = load.load_facebook_pajek(FacebookOptions(test_fraction=1), files)
    assert domain.inputs.edges.tolist() == [[0, 1], [1, 0]]
    assert domain.test.queries.tolist() == [0]
    (tmp_path / "n").write_text("*vertices 2\n*edges\none two\n")
    with pytest.raises(DataError, match="whole file of a network"):
        formats.pajek(tmp_path / "n")
