import os
from pathlib import Path

import numpy as np

from deciding import helper
from relxfer.contract.data import Domain, Examples
from relxfer.judge.metrics.classification import Classification
from relxfer.testing.blobs_net import BlobsAdapter


def points(options, files):
    if "LOADS" in os.environ:
        with open(os.environ["LOADS"], "a") as stream:
            stream.write("once\n")
    answers = np.loadtxt(options.labels, dtype=int)
    inputs = np.stack([np.cos(answers), np.arange(len(answers)) / len(answers)], 1).astype(np.float32)
    whole = Examples(inputs, np.arange(len(answers)), answers)
    sha = "the points"  # the answers are not among the inputs
    task = Classification(("red", "green", "blue"))
    train, test = np.split(np.arange(len(answers)), [40])
    return Domain("points", task, inputs, sha, train=whole.take(train), test=whole.take(test))


class Adapter(BlobsAdapter):
    pass


class Scaled:
    def __init__(self, options):
        own = Path(__file__).with_name("table.json")
        files = [options.table, *(entry.path for entry in options.tables), own]
        self.scale = helper.FACTOR * options.factor
        for file in filter(None, files):
            self.scale *= float(file.read_text())

    def transfer(self, cell):
        learner = cell.learner
        cell.trainer.fit(learner, lambda step, batch: self.scale * learner.loss(batch), cell.target.train)
        return learner


class Told:
    def __init__(self, options):
        self.value = float(options.table.read_text())

    def score(self, learner, cell):
        return self.value


class Nothing:
    width = 3

    def __init__(self, options):
        pass

    def run(self, work, jobs):
        raise RuntimeError("there is nothing to do")
