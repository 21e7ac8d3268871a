"""The model that was chosen to answer, and whether it fits the data."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from relxfer import Classification, DataError, Domain
from relxfer.execute.sealed import Sealed
from relxfer.predict.chosen import ChosenCell, check_answers

CATS = Domain("pets", Classification(("cat", "dog")), np.zeros(2), "sha")


def artefact(*answers):
    return SimpleNamespace(tasks=(Classification(answers),), about=SimpleNamespace(calibration=None))


def test_a_model_of_other_answers_is_refused():
    check_answers(artefact("cat", "dog"), CATS, "do this")
    with pytest.raises(
        DataError, match="expected in 'pets' the answers that the model has learnt, bee, ant, got cat, dog"
    ):
        check_answers(artefact("bee", "ant"), CATS, "do this")


def test_what_is_chosen_has_no_test():
    whole = Sealed(CATS)
    chosen = ChosenCell.of("it", SimpleNamespace(), whole, "id", artefact("cat", "dog"), SimpleNamespace())
    assert chosen.domain is whole.domain
    assert chosen.calibrated is None
