"""Configurations: every problem at once, each with its key, and never a traceback."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relxfer.declare import resolve, schema
from relxfer.errors import ConfigError


def test_all_problems_at_once_with_key_and_suggestion(problems):
    text = """
    seeds = [1, 1]
    treads = 2
    [target]
    dataset = "geo-uss"
    label_budgets = [-1]
    [[strategy]]
    use = "fintune"
    [training]
    lr = -1
    """
    found = "\n".join(problems(text))
    for expected in (
        "seeds: expected distinct seeds",
        "treads: unknown key: did you mean 'threads'?",
        "target[0].dataset: no dataset is called 'geo-uss': did you mean 'geo-us'?",
        "target[0].label_budgets[0]:",
        "strategy[0].use: no strategy is called 'fintune': did you mean 'finetune'?",
        "training.lr:",
    ):
        assert expected in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "target: this key is needed"),
        ("[target]\ndataset = 'geo-us'\n[source]", "expected datasets, checkpoint or run"),
        ("[target]\ndataset = 'geo-us'\n[source]\ncheckpoint = 'none.pth'", "there is no file or folder"),
        ("[target]\ndataset = 'geo-us'\n[[strategy]]\nuse = 'finetune'\nlast_part = 2", "did you mean 'last_parts'?"),
        ("[target]\ndataset = 'geo-us'\n[[strategy]]\nname = 'x'", 'expected use = "..." or stages = [...]'),
        (
            "[target]\ndataset = 'geo-us'\n" + "[[strategy]]\nuse = 'finetune'\n" * 2,
            "two are called 'finetune'",
        ),
        ("[target]\ndataset = {use = 'geo-us', split_seed = 'x'}", "target[0].dataset.split_seed"),
        (
            "[target]\ndataset = 'geo-us'\n[[strategy]]\nuse = 'finetune'\ntraining = {steps = -1}",
            "strategy[0].training.steps: expected a number of at least 0 (got -1)",
        ),
        (
            "[target]\ndataset = 'geo-us'\n[[strategy]]\nuse = 'finetune'\ntraining = {stepz = 1}",
            "strategy[0].training.stepz: unknown key: did you mean 'steps'?",
        ),
        ("name = 3\n[target]\ndataset = 'geo-us'", "name: "),
        ("name = '../x'\n[target]\ndataset = 'geo-us'", "name: "),
        ("[target", "not valid TOML"),
        (
            "[target]\ndataset = 'geo-us'\n[source]\ndatasets = ['geo-world']\nstages = ['finetune']",
            "source[0].stages[0]: 'finetune' needs target-labels",
        ),
    ],
)
def test_each_mistake_is_named(text, expected, problems):
    assert expected in "\n".join(problems(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"my clé" = 1', '"my clé": unknown key: '),
        ("[[strategy]]\nstages = ['finetune']\nlr = 1", "strategy[0]: expected options in a stage"),
        ("[validator]\nuse = 'auto'\nqueries = 3", "validator[0]: expected no options with 'auto', got queries"),
        ("[training]\nsteps = true", "training.steps: expected a number (got true)"),
        ("[report]\nbaselines = 1", "report.baselines: expected true or false (got 1)"),
        ("threads = 0x" + "f" * 5000, "threads: expected a number of at most 64 bits"),
        ("threads = 1" + "0" * 5000, "A number of too many digits (at line 4): 'threads = 1000"),
        (".".join("a" * 5000) + " = 1", "Key of more than 100 parts (at line 4): 'a.a.a"),
        ("x = " + "[" * 200 + "]" * 200, "expected at most 32 levels"),
        ("x = " + "[" * 9000, "Nested too deeply (at line 4)"),
        ("x = 1\n\nx = 2", "The key has a value already (at line 6, the end of the file): 'x = 2'"),
        ("[target]", "Cannot declare [target] twice (at line 4, column 8): '[target]'"),
        ("[source]\ncheckpoint = ''", "source[0].checkpoint: expected a file, got the folder"),
        ("[source]\ncheckpoint = '" + "a" * 5000 + "'", "source[0].checkpoint: there is no file or folder"),
        ('[source]\ncheckpoint = "a\\u0000b"', "source[0].checkpoint: there is no file or folder"),
        ("[source]\nrun = 'run.toml'", "source[0].run: expected a folder, got the file"),
        ("seeds = [-1, 'x']", "seeds[0]: expected a number of at least 0 (got -1)"),
        ("source = 3", "source: expected a table, or a list of tables (got 3)"),
        ('validator = ["auto", "im"]', "validator: expected 'auto' alone, or rules by name, got both"),
        ('validator = ["im", { use = "im" }]', "validator: expected every rule once, got 'im' again; remove one"),
        ("validator = []", "validator: "),
        ("executor = []", 'executor: expected a name, or a table with use = "..." (got a list)'),
    ],
)  # fmt: skip
def test_mistakes_that_need_care(text, expected, problems):
    whole = f"\ntarget = [{{ dataset = 'geo-us' }}]\n\n{text}" if "[target]" not in text else f"[target]\n\n\n{text}"
    found = problems(whole)
    assert len(found) == (2 if text.startswith("seeds = [") else 1), found
    assert expected in found[0]


def test_shape_names_and_options_are_told_in_one_pass(problems):
    text = """
    strategy = [{ use = "fintune" }, { use = "finetune", lr = 0, lst = 1 }, { stages = [{ use = "scratch", x = 1 }] }]
    source = { datasets = [{ use = "geo-world", split_seed = "one" }], shared = "maybe", training = { stps = 1 } }
    executor = { use = "processes", jobs = 0 }
    target = { dataset = "geo-uss", label_budgets = ["al"], model = { use = "ultra", dim = 1.5 } }
    """
    keys = {problem.partition(":")[0] for problem in problems(text)}
    assert keys == {
        "strategy[0].use", "strategy[1].lr", "strategy[1].lst", "strategy[2].stages[0].x", "executor.jobs",
        "source[0].datasets[0].split_seed", "source[0].shared", "source[0].training.stps",
        "target[0].dataset", "target[0].label_budgets[0]", "target[0].model.dim",
    }  # fmt: skip


def test_of_thousands_of_mistakes_the_first_few_are_told(good, problems):
    found = problems(good.replace('[10, 0, 10, "all"]', str([-1] * 5000)))
    assert len(found) == 10
    assert found[-1].endswith("(got -1); and 4,990 more like it")


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=5),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)  # fmt: skip
KEYS = st.sampled_from(
    ["name", "seeds", "source", "target", "strategy", "training", "report", "executor", "validator", "threads",
     "device", "target.dataset", "target.label_budgets", "source.datasets", "source.training", "source.checkpoint",
     "training.steps", "report.metric", "x"]
)  # fmt: skip


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_mutation_is_valid_or_a_named_problem(plugins, mutation):
    raw: dict = {
        "target": {"dataset": "geo-us"},
        "source": {"datasets": ["geo-world"]},
        "strategy": [{"use": "finetune"}],
    }
    for key, value in mutation.items():
        table, _, inner = key.partition(".")
        if inner and isinstance(raw.get(table), dict):
            raw[table] = {**raw[table], inner: value}
        else:
            raw[table] = value
    found = []
    try:
        resolve.load(raw, plugins)
    except ConfigError as error:
        found = [(error.exit_code, len(error.problems))]
    assert all(code == 2 and count for code, count in found)


def test_every_option_says_what_it_means(plugins):
    from relxfer.declare.meanings import meanings
    from relxfer.declare.resolve import options_model

    for offer in plugins.offers.values():
        for name, field in options_model(offer).model_fields.items():
            assert meanings(options_model(offer)).get(name, field.description), f"{offer.record.name}.{name}"
    for model in (schema.TrainingOptions, schema.ReportOptions):
        assert set(meanings(model)) == set(model.model_fields)


@pytest.mark.parametrize(
    ("written", "budgets"),
    [
        ("", ("all",)),
        ("label_budgets = 10", (10,)),
        ("label_budgets = [50, 0, 50]", (0, 50)),
        ('label_budgets = ["all", 5]', (5, "all")),
        ('label_budgets = "all"', ("all",)),
    ],
)
def test_label_budgets_are_those_that_are_listed(plugins, written, budgets):
    raw = tomllib.loads(f'dataset = "geo-us"\n{written}')
    made = resolve.load({"target": raw}, plugins)
    assert made.config.target[0].label_budgets == budgets


def test_no_label_budget_is_none(problems):
    found = problems("[target]\ndataset = 'geo-us'\nlabel_budgets = []")
    assert found == ["target[0].label_budgets: expected at least 1 items (got 0)"]
