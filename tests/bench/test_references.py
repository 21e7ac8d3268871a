"""Published values: well formed, sourced, and those of the models they claim."""

from __future__ import annotations

import json

import pytest

from relxfer.bench import references
from relxfer.errors import ConfigError
from relxfer.store import files

SHIPPED = references.load()


def written(tmp_path, **changes):
    """The shipped file with other tables."""
    path = tmp_path / "reference.json"
    path.write_text(json.dumps(SHIPPED.model_dump(mode="json") | changes))
    return path


def test_every_value_has_a_source_that_can_be_looked_up():
    for entry in (*SHIPPED.values, *SHIPPED.averages, *SHIPPED.overlaps, *SHIPPED.models.values()):
        source = SHIPPED.sources[entry.source]
        assert source.citation
        assert (source.url or "").startswith("https://") or "table" in source.citation, "where it can be looked up"


def test_a_model_has_one_value_for_an_origin_a_target_and_a_protocol():
    keys = [(value.model, value.origin, value.target, value.protocol) for value in SHIPPED.values]
    assert len(keys) == len(set(keys))


def test_code_that_is_cited_is_pinned_to_a_commit():
    urls = [source.url for source in SHIPPED.sources.values()] + [m.weights for m in SHIPPED.models.values()]
    for url in (url for url in urls if url and url.startswith("https://github.com/")):
        assert any(len(part) == 40 and set(part) <= set("0123456789abcdef") for part in url.split("/")), url


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sources": {}}, "no source is called"),
        ({"protocols": {}}, "no protocol is called"),
        ({"sources": {"a": {"citation": "A", "url": "ftp://a"}}, "values": []}, "sources.a.url"),
        ({"values": [{"model": "ultra-3g", "target": "t", "metrics": {"mrr": 48.6}, "items": 1,
                      "protocol": "filtered-plain", "source": "ultra-3g-rerun"}]}, "values[0].metrics.mrr"),
        ({"overlaps": [{"parent": "a", "kind": "facts", "targets": {"b": None}, "source": "overlap-grail"}]}, "shares"),
    ],
)  # fmt: skip
def test_what_is_not_well_formed_is_refused(changes, message, tmp_path):
    with pytest.raises(ConfigError) as caught:
        references.load(written(tmp_path, **changes))
    assert message in str(caught.value)


def test_the_most_telling_overlap_comes_first():
    found = list(SHIPPED.overlaps_of("fb237_v1_ind", ["fb237_v1", "codex-m", "fb15k-237"]))
    assert [(overlap.kind, overlap.mark("fb237_v1_ind")) for overlap in found] == [
        ("facts", "100 %"),
        ("set", "same set"),
    ]


def test_released_checkpoints_are_recognised_by_their_arrays(shared):
    for name in ("3g", "4g", "50g"):
        arrays, _ = files.read_safetensors(shared / "data" / "checkpoints" / "ultra" / f"ultra_{name}.safetensors")
        assert SHIPPED.recognise(files.arrays_digest(arrays)) == f"ultra-{name}"
    arrays["entity_model.mlp.2.bias"] = arrays["entity_model.mlp.2.bias"] + 1
    assert SHIPPED.recognise(files.arrays_digest(arrays)) is None


def test_values_are_those_of_the_golden_run(shared):
    golden = json.loads((shared / "golden" / "ultra" / "metrics.json").read_text())
    checked = 0
    for value in SHIPPED.values:
        name = value.target.replace("wn18rr", "WN18RR")
        found = golden.get(f"{name} {value.model.removeprefix('ultra-')}")
        if found:
            assert value.metrics == pytest.approx({"mrr": found["mrr"], "hits@10": found["h10"]}, abs=1e-4)
            checked += 1
    assert checked == 6


def test_a_value_of_another_origin_is_not_shown():
    macro = {
        origin: SHIPPED.of("citationv1", ["a2gnn"], origin)[0].metrics["macro-f1"] for origin in ("acmv9", "dblpv7")
    }
    assert macro == {"acmv9": 0.79, "dblpv7": 0.781}
    assert SHIPPED.of("citationv1", ["a2gnn"], "usps") == []
