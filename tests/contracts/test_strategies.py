"""Every built-in strategy keeps the contract, on the blobs."""

from __future__ import annotations

from relxfer.store import files
from relxfer.testing import StrategyContract, harness


class TestScratch(StrategyContract):
    strategy = "scratch"


class TestZeroShot(StrategyContract):
    strategy = "zero-shot"
    frozen = ("stem", "body", "head")


class TestFinetune(StrategyContract):
    strategy = "finetune"


class TestFinetuneLast(StrategyContract):
    strategy = "finetune"
    options = {"last_parts": 1}
    frozen = ("stem", "body")


class TestFinetuneFactors(StrategyContract):
    strategy = "finetune"
    options = {"lr_factor": 0.5, "head_lr_factor": 10, "lr_decay_per_part": 0.5, "part_lr_factors": {"stem": 2.0}}


class TestFinetuneFromASolvedHead(StrategyContract):
    strategy = "finetune"
    options = {"head": "logistic"}


class TestFinetuneGradual(StrategyContract):
    strategy = "finetune"
    options = {"gradual_unfreezing": True, "freeze_statistics": True}


class TestFinetuneGradualLast(StrategyContract):
    strategy = "finetune"
    options = {"gradual_unfreezing": True, "last_parts": 2}
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
    options = {"train_batch_norm": True, "rank": 2}


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


class TestAdaBN(StrategyContract):
    strategy = "adabn"
    frozen = ("body", "head")


class TestPriorMatching(StrategyContract):
    strategy = "prior-matching"
    frozen = ("body",)


class TestCORAL(StrategyContract):
    strategy = "coral"


class TestMMD(StrategyContract):
    strategy = "mmd"


class TestMMDLinear(StrategyContract):
    strategy = "mmd"
    options = {"estimator": "linear"}


class TestJAN(StrategyContract):
    strategy = "jan"


class TestDANN(StrategyContract):
    strategy = "dann"


class TestDANNEntropy(StrategyContract):
    strategy = "dann-entropy"


class TestCDAN(StrategyContract):
    strategy = "cdan"


class TestCDANRandomised(StrategyContract):
    strategy = "cdan"
    options = {"entropy_conditioning": False, "max_map_width": 16}


class TestMCD(StrategyContract):
    strategy = "mcd"
    options = {"feature_updates": 2}

    def config(self, checkpoint):
        """More steps, so that both phases have some."""
        made = super().config(checkpoint)
        return {**made, "training": {**made["training"], "steps": 10, "validations": 10}}


class TestMDD(StrategyContract):
    strategy = "mdd"


class TestMCC(StrategyContract):
    strategy = "mcc"


class TestSHOT(StrategyContract):
    strategy = "shot"

    def config(self, checkpoint):
        """More steps, so that each round has some."""
        made = super().config(checkpoint)
        return {**made, "training": {**made["training"], "steps": 10, "validations": 10}}


class FromNewWeights(StrategyContract):
    """A row that starts from new weights keeps the contract, and nothing of the checkpoint is left in its weights."""

    def config(self, checkpoint):
        made = super().config(checkpoint)
        return {**made, "strategy": {**made["strategy"], "start": "new"}}

    def test_weights_do_not_depend_on_the_checkpoint(self, checkpoint, whole, tmp_path):
        arrays, card = files.read_arrays(checkpoint)
        other = tmp_path / "other.safetensors"
        files.write_arrays(other, {name: 2 * values for name, values in arrays.items()}, card)
        again = self._run(self.config(other), tmp_path / "run")
        assert harness.model_bytes(again) == harness.model_bytes(whole)
        started = {**self.config(other), "strategy": {**super().config(other)["strategy"]}}
        assert harness.model_bytes(self._run(started, tmp_path / "started")) != harness.model_bytes(whole)


class TestMMDFromNewWeights(FromNewWeights):
    strategy = "mmd"


class TestDANNFromNewWeights(FromNewWeights):
    strategy = "dann"


class TestMCDFromNewWeights(FromNewWeights, TestMCD):
    strategy = "mcd"


class TestDANNOfSeveralSources(StrategyContract):
    strategy = "dann"

    def config(self, checkpoint):
        made = super().config(checkpoint)
        second = {"use": "blobs-source", "train": 18}
        return {**made, "source": {"datasets": ["blobs-source", second], "checkpoint": str(checkpoint)}}


class TestLinear(StrategyContract):
    strategy = "linear"


class TestReconstruction(StrategyContract):
    strategy = "reconstruction"
    followed_by = "finetune"


class TestReconstructionOfTheTarget(StrategyContract):
    strategy = "reconstruction"
    options = {"inputs": "target"}
    followed_by = "finetune"


class TestDGI(StrategyContract):
    strategy = "dgi"
    followed_by = "finetune"
    forwards = None  # two for the batch and its corrupted view, one in fine-tuning


class TestDGIOfTheTarget(TestDGI):
    options = {"inputs": "target"}


class TestGRACE(TestDGI):
    strategy = "grace"


class TestGRACEOfTheSources(TestDGI):
    strategy = "grace"
    options = {"inputs": "sources", "temperature": 0.2, "projection_width": 8}


class TestCoTrain(StrategyContract):
    strategy = "co-train"
    forwards = None  # one for labels, two for views


class TestCoTrainGRACE(TestCoTrain):
    strategy = "co-train"
    options = {"stage": "grace", "inputs": "sources", "stage_loss_weight": 0.5}


class TestEnsemble(StrategyContract):
    strategy = "ensemble"
    options = {"of": "finetune", "members": 2}


class TestEnsembleOfFrozenBodies(StrategyContract):
    strategy = "ensemble"
    options = {"of": {"use": "feature-extraction", "head": "new"}, "members": 2}

    def test_it_is_refused_where_a_need_is_withheld(self, checkpoint, tmp_path):
        """The needs are those of the inner strategy."""
        assert set(self._needs(self.config(checkpoint))) == {"source-model", "gradients", "target-labels"}
        super().test_it_is_refused_where_a_need_is_withheld(checkpoint, tmp_path)


class TestEnsembleOfSeveral(StrategyContract):
    strategy = "ensemble"
    options = {"of": "finetune", "also": [{"use": "finetune", "lr_factor": 1.0}, "l2-sp"]}


class TestAutoencoder(StrategyContract):
    strategy = "autoencoder"


class TestAutoencoderLogistic(StrategyContract):
    strategy = "autoencoder"
    options = {"classifier": "logistic", "reconstruction_share": 0.9}


class TestKMeans(StrategyContract):
    """Nobody's labels: after a reconstruction, and on features of the source model."""

    strategy = "k-means"
    options = {"features": "source"}
    frozen = ("stem", "body")

    def config(self, checkpoint):
        made = super().config(checkpoint)
        return {**made, "target": {**made["target"], "task": "clustering"}}


class TestReconstructionAndKMeans(TestKMeans):
    strategy = "reconstruction"
    options = {}
    followed_by = "k-means"
    frozen = ()
