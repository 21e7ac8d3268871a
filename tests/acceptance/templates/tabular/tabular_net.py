"""The network, the learner and the adapter of tables."""

from types import SimpleNamespace

import tabular
import torch
from torch import nn

from relxfer.authoring import tasks
from relxfer.authoring.torch_learner import TaskLearner, arrays_of, load_arrays

NUMBERS, WIDTH = 3, 8


class Columns(nn.Module):
    """Numbers with a mark where one is missing, and a vector for each trade."""

    width = WIDTH

    def __init__(self, answers):
        super().__init__()
        self.trades = nn.Embedding(len(tabular.TRADES), 4)
        self.body = nn.Sequential(nn.Linear(2 * NUMBERS + 4, WIDTH), nn.BatchNorm1d(WIDTH), nn.ReLU())
        self.head = self.new_head(answers)

    def new_head(self, answers):
        return nn.Linear(WIDTH, max(1, answers))

    def parts(self):
        return [("trades", self.trades), ("body", self.body), ("head", self.head)]


class ColumnModel:
    def __init__(self, options, arrays=None, card=None):
        self.task = tasks.of_card(card)
        self.network = Columns(self.task.width if card else 1)
        if arrays is not None:
            load_arrays(self.network, dict(arrays))

    def state(self):
        return arrays_of(self.network), {"task": self.task.card()}


class TableLearner(TaskLearner):
    def __init__(self, model, task, missing):
        super().__init__(model, task)
        self.missing = missing

    def batch(self, examples, rows, rng):
        asked = examples.take(rows)
        numbers = torch.from_numpy(asked.inputs.numbers[asked.queries])
        known = ~numbers.isnan()
        numbers = torch.cat([torch.where(known, numbers, self.missing), known.float()], 1)
        trades = torch.from_numpy(asked.inputs.trades[asked.queries])
        labels = None if asked.answers is None else torch.from_numpy(asked.answers).to(self.device)
        return SimpleNamespace(numbers=numbers.to(self.device), trades=trades.to(self.device), labels=labels, rows=rows)

    def view(self, batch, corrupt):
        numbers, trades = batch.numbers, batch.trades
        if corrupt:
            trades = trades[torch.randperm(len(trades))]
        else:
            numbers = numbers * (torch.rand_like(numbers) > 0.2)
        return SimpleNamespace(numbers=numbers, trades=trades, labels=batch.labels, rows=batch.rows)

    def tensor(self, batch):
        return torch.cat([batch.numbers, self.module.trades(batch.trades)], 1)

    def features(self, batch):
        return self.module.body(self.tensor(batch))


class TableAdapter:
    def __init__(self, options):
        self.options = options

    def attach(self, model, target, sources):
        task = tasks.learnt(model.task, target, sources)
        learner = TableLearner(model, task, self.options.missing)
        if not tasks.keeps_head(task, model.task):
            learner.head, model.task = learner.new_head(), task
        return learner
