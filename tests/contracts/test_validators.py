"""Every built-in validator keeps the contract."""

from __future__ import annotations

from relxfer.testing import ValidatorContract


class TestTargetVal(ValidatorContract):
    validator = "target-val"


class TestSourceVal(ValidatorContract):
    validator = "source-val"


class TestLastStep(ValidatorContract):
    validator = "last-step"


class TestEntropy(ValidatorContract):
    validator = "entropy"


class TestIM(ValidatorContract):
    validator = "im"


class TestClassShares(ValidatorContract):
    validator = "class-shares"


class TestSND(ValidatorContract):
    validator = "snd"


class TestMixVal(ValidatorContract):
    validator = "mixval"


class TestIW(ValidatorContract):
    validator = "iw"


class TestDEV(ValidatorContract):
    validator = "dev"
