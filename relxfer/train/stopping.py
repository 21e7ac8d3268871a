"""The end of training at a validation point where the run asked for it; a later run goes on from there."""

from __future__ import annotations


class Stopped(BaseException):
    """Training was asked to stop. It is no `Exception`, so that a strategy that tries again after errors lets it pass.

    phase, step  where training goes on

    >>> str(Stopped("fit-0", 40))
    'stopped as asked, at step 40 of phase fit-0; run again to go on from there'
    """

    def __init__(self, phase: str, step: int):
        self.phase, self.step = phase, step
        super().__init__(f"stopped as asked, at step {step} of phase {phase}; run again to go on from there")
