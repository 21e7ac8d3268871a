"""The models that were chosen to answer, and whether they fit the data."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from relxfer import Classification, DataError, Domain, Examples
from relxfer.judge.clustering import Clustering
from relxfer.judge.ranking import Ranking
from relxfer.predict.chosen import ChosenRow, Member, check_answers, together

CATS = Domain("pets", Classification(("cat", "dog")), np.zeros(2), "sha")


def artefact(*answers):
    return SimpleNamespace(tasks=(Classification(answers),), about=SimpleNamespace(calibration=None))


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


def test_known_is_what_models_see_and_no_more():
    train, val = (Examples("x", np.array([query]), np.array([answer])) for query, answer in ((5, 1), (9, 2)))
    judged = Domain("d", Ranking(("a", "b", "c"), open=True), "x", "sha", train=train, val=val)
    asked = Examples("x", np.array([5, 9]))

    def known(domain):
        return ChosenRow("it", (Member(SimpleNamespace()),), domain, "id").known_to(asked)

    assert known(judged).answers.tolist() == [1]
    assert known(judged.whole()).answers.tolist() == [1, 2]
    assert known(CATS) is None
