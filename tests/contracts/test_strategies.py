"""Every built-in strategy keeps the contract, on the blobs."""

from __future__ import annotations

from relxfer.testing import StrategyContract


class TestScratch(StrategyContract):
    strategy = "scratch"


class TestZeroShot(StrategyContract):
    strategy = "zero-shot"
    frozen = ("stem", "body", "head")


class TestFinetune(StrategyContract):
    strategy = "finetune"


class TestFinetuneLast(StrategyContract):
    strategy = "finetune"
    options = {"last": 1}
    frozen = ("stem", "body")


class TestFinetuneFactors(StrategyContract):
    strategy = "finetune"
    options = {"lr": 0.5, "head": 10, "decay": 0.5, "factors": {"stem": 2.0}}


class TestFinetuneGradual(StrategyContract):
    strategy = "finetune"
    options = {"gradual": True, "still": True}


class TestFinetuneGradualLast(StrategyContract):
    strategy = "finetune"
    options = {"gradual": True, "last": 2}
    frozen = ("stem",)


class TestFeatureExtractionKept(StrategyContract):
    strategy = "feature-extraction"
    frozen = ("stem", "body")


class TestFeatureExtractionNew(StrategyContract):
    strategy = "feature-extraction"
    options = {"head": "new"}
    frozen = ("stem", "body")


class TestFeatureExtractionLogistic(StrategyContract):
    strategy = "feature-extraction"
    options = {"head": "logistic"}
    frozen = ("stem", "body")


class TestFeatureExtractionSVM(StrategyContract):
    strategy = "feature-extraction"
    options = {"head": "svm"}
    frozen = ("stem", "body")


class TestL2SP(StrategyContract):
    strategy = "l2-sp"


class TestDelta(StrategyContract):
    strategy = "delta"


class TestBSS(StrategyContract):
    strategy = "bss"


class TestCoTuning(StrategyContract):
    strategy = "co-tuning"


class TestLoRA(StrategyContract):
    strategy = "lora"


class TestLoRANorms(StrategyContract):
    strategy = "lora"
    options = {"norms": True, "rank": 2}


class TestRKD(StrategyContract):
    strategy = "rkd"


class TestSP(StrategyContract):
    strategy = "sp"


class TestWithPreTraining(StrategyContract):
    """The source stage is made in the same run, so that interruptions fall into it as well."""

    strategy = "finetune"

    def config(self, checkpoint):
        made = super().config(checkpoint)
        training = {**made["training"], "checkpoint_seconds": 0.0}
        return {**made, "source": {"datasets": ["blobs-source"], "training": training}}
