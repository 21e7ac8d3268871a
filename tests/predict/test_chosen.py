"""The models that were chosen to answer, and whether they fit the data."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from relxfer import Classification, DataError, Domain
from relxfer.judge.metrics.clustering import Clustering
from relxfer.predict.chosen import ChosenRow, Member, check_answers, together

CATS = Domain("pets", Classification(("cat", "dog")), np.zeros(2), "sha")


def artefact(*answers):
    return SimpleNamespace(
        tasks=(Classification(answers),), model="m", about=SimpleNamespace(calibration=None, conformity=None)
    )


def test_a_model_of_other_answers_is_refused():
    check_answers(artefact("cat", "dog"), CATS, "do this")
    with pytest.raises(
        DataError, match="expected in 'pets' the answers that the model has learnt, bee, ant, got cat, dog"
    ):
        check_answers(artefact("bee", "ant"), CATS, "do this")


def test_a_model_without_a_calibration_shows_what_its_task_shows():
    member = Member.of(SimpleNamespace(), artefact("cat", "dog"), SimpleNamespace())
    assert member.calibrated is None
    assert ChosenRow("it", (member,), CATS, "id").shows == "probability"


def test_clusters_of_several_models_have_nothing_to_do_with_one_another():
    members = [Member(SimpleNamespace()), Member(SimpleNamespace())]
    assert len(together(members, CATS.task)) == 2
    assert together(members, Clustering(("a", "b"))) == (members[0],)
