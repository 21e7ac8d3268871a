"""Everything that is raised on purpose, in one tree."""

from __future__ import annotations

from relxfer.errors import RelxferError, did_you_mean


def test_errors_form_one_tree():
    import relxfer.errors as errors

    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, Exception)]
    assert all(issubclass(c, RelxferError) for c in classes)
    assert all(c.__name__ in errors.__doc__ for c in classes)


def test_names_that_are_near_are_proposed():
    assert did_you_mean("fintune", ["finetune", "scratch"]) == "did you mean 'finetune'? (there are: finetune, scratch)"
    assert did_you_mean("x", []) == "(there are: none)"
    assert len(did_you_mean("x" * 10_000, ["y" * 10_000])) < 200
