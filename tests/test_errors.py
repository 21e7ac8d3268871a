"""Errors: their exit codes, their words, and that they survive the way from a worker."""

from __future__ import annotations

import inspect
import pickle

import pytest

from relxfer import errors


def classes() -> list[type[errors.RelxferError]]:
    found = [each for _, each in inspect.getmembers(errors, inspect.isclass)]
    return [each for each in found if issubclass(each, errors.RelxferError)]


def test_the_docstring_shows_the_whole_tree():
    for each in classes():
        assert each.__name__ in (errors.__doc__ or ""), each.__name__


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigError("run.toml", []), 2),
        (errors.UnknownName("strategy", "x", []), 2),
        (errors.DataError("no"), 2),
        (errors.BadQuestions({3: "no"}, {}), 2),
        (errors.NotInstalled("pyarrow", "Parquet", "tables"), 2),
        (errors.ArtefactError("no"), 1),
        (errors.DamagedArtefact("no"), 1),
        (errors.UnfitArtefact("no"), 2),
        (errors.PluginError("no"), 3),
        (errors.Incompatible("a", "b", "c"), 1),
        (errors.RunLocked("no"), 1),
    ],
)
def test_each_has_its_exit_code(error, code):
    assert error.exit_code == code


def test_every_problem_of_a_configuration_has_its_line():
    problems = [errors.Problem("seeds", "expected a number"), errors.Problem("", "expected TOML")]
    assert (
        str(errors.ConfigError("run.toml", problems)) == "run.toml: seeds: expected a number\nrun.toml: expected TOML"
    )


def test_a_refusal_comes_back_from_a_worker_as_it_was():
    lacking = errors.NotInstalled("pyarrow", "Parquet", "tables")
    assert str(pickle.loads(pickle.dumps(lacking))) == str(lacking)
    error = pickle.loads(pickle.dumps(errors.Incompatible("labels", "none", "raise the budget")))
    assert (error.expected, error.got, error.do) == ("labels", "none", "raise the budget")
    assert str(error) == "expected labels, got none; raise the budget"


def test_nearest_names_come_first_and_few_are_listed_whole():
    assert errors.did_you_mean("scrach", ["finetune", "scratch"]) == (
        "did you mean 'scratch'? (there are: finetune, scratch)"
    )
    assert errors.did_you_mean("x", []) == "(there are: none)"
    many = errors.did_you_mean("zzz", [f"name-{i:03}" for i in range(100)])
    assert many.startswith("(there are 100, among them: name-000, ")
    assert many.count("name-") == 10


def test_an_endless_name_is_compared_and_shown_in_part():
    assert len(errors.did_you_mean("x" * 10**6, ["x" * 10**6])) < 500


def test_questions_that_cannot_be_asked_come_back_from_a_worker_too():
    error = pickle.loads(
        pickle.dumps(errors.BadQuestions({3: "no town is called 'x'", 5: "nor y"}, {"town": ["Rome"]}))
    )
    assert str(error) == "row 4 of the question: no town is called 'x' (and 1 more row that cannot be asked)"
    assert (list(error.rows), error.rest) == ([3, 5], {"town": ["Rome"]})
