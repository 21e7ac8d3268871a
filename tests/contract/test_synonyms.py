"""Words of other programs: what each means here, and that the keys that are suggested exist."""

from __future__ import annotations

import pytest

from relxfer.contract import synonyms
from relxfer.contract.options import TrainingOptions
from relxfer.declare import resolve, toml
from relxfer.declare.resolve import options_model
from relxfer.declare.schema import Config, ReportOptions, SourceConfig, StrategyConfig, TargetConfig
from relxfer.errors import ConfigError
from relxfer.plugins.finder import Plugins

TABLES = {"training": TrainingOptions, "report": ReportOptions, "source": SourceConfig, "target": TargetConfig}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("training.learning_rate=1", "training.learning_rate: unknown key: did you mean 'lr'?"),
        ("learning_rate=1", "learning_rate: unknown key: did you mean training.lr?"),
        ("lr=1", "lr: unknown key: did you mean training.lr?"),
        ("training.early_stopping=true", "did you mean 'patience'?"),
        ("epochs=3", "did you mean training.steps or training.epochs?"),
        ("training.num_epochs=3", "did you mean 'steps' or 'epochs'?"),
        ("training.batch=3", "did you mean 'batch_size'?"),
        ("num_workers=3", "did you mean executor.jobs?"),
        ("executor={use='processes', num_workers=3}", "did you mean 'jobs'?"),
        ("target.model_name=gcn", "did you mean 'model'?"),
        ("gpu=true", "did you mean 'device'?"),
        ("seed=3", "did you mean 'seeds'?"),
        ("target.dataset={use='geo-us', val=0.1}", "did you mean 'valid_fraction'?"),
        ("strategy.finetune.learning_rate=1", "did you mean training.lr?"),
        ("strategy.finetune.Freeze=1", "did you mean 'last_parts'?"),
        ("training.stepps=1", "did you mean 'steps'?"),
    ],
)
def test_a_word_of_another_program_leads_to_the_key(key, expected):
    raw, where, folder = toml.read({"target": {"dataset": "geo-us"}, "strategy": ["finetune"]}, [key])
    with pytest.raises(ConfigError) as caught:
        resolve.experiment_of(raw, where, folder, Plugins.load(third_party=False))
    assert expected in str(caught.value)


def test_every_suggested_key_exists():
    known = {*Config.model_fields, *SourceConfig.model_fields, *TargetConfig.model_fields, *StrategyConfig.model_fields}
    offers = Plugins.load(third_party=False).offers.values()
    known |= {name for offer in offers if offer.record.options for name in options_model(offer).model_fields}
    for key in synonyms._CALLED:
        table, _, name = key.rpartition(".")
        assert name in (TABLES[table].model_fields if table in TABLES else known), key


def test_no_word_is_a_key_where_it_is_corrected():
    for table, model in TABLES.items():
        words = {w for key, called in synonyms._CALLED.items() if key.startswith(f"{table}.") for w in called.split()}
        assert words & model.model_fields.keys() <= {"epochs", "labels"}
