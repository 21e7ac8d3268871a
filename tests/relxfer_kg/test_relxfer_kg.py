"""What the plugin offers, and the names that authors import from it."""

from __future__ import annotations

import subprocess
import sys

import pytest
import relxfer_kg


def test_every_public_name_is_there():
    assert sorted(relxfer_kg.__all__) == sorted(relxfer_kg._HOME)
    assert relxfer_kg.KnowledgeGraph.__module__ == "relxfer_kg.graph.knowledge_graph"


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="module 'relxfer_kg' has no attribute 'Graph'"):
        _ = relxfer_kg.Graph


def test_listing_offers_imports_nothing_heavy():
    code = (
        "import sys, relxfer_kg; relxfer_kg.relxfer_source_models(); relxfer_kg.relxfer_target_adapters(); "
        "print([name for name in ('torch', 'scipy', 'numba') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_ultra_says_itself_what_it_cannot():
    (adapter,), (ultra, *_) = relxfer_kg.relxfer_target_adapters(), relxfer_kg.relxfer_source_models()
    assert adapter.withholds == {}, "other models may have features"
    assert set(ultra.withholds) == {"features", "views", "reconstruction"}
