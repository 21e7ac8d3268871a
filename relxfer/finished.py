"""What `import relxfer` offers as `Results`: the records of a run, and what can be asked of its models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from relxfer.errors import UnknownName, UsageError
from relxfer.plugins import in_process
from relxfer.results import names, recommended, results
from relxfer.results.records import Budget, Row

if TYPE_CHECKING:
    from relxfer.choose.recommending.recommendation import Raced, Recommendation
    from relxfer.predict.asking.besides import Besides
    from relxfer.predict.embedding import Embedding
    from relxfer.predict.predicted import Predicted

#: A question: columns of names, as a mapping or a data frame; or a file, a folder or a pattern of files.
Question = Mapping[str, Sequence[str]] | str | Path


@dataclass(frozen=True, repr=False)
class Results(results.Results):
    """What `relxfer.run` returns and `relxfer report` shows.

    Its attributes are those of `relxfer.results.results.Results`. In a notebook it shows the answer and the table.
    """

    def __repr__(self) -> str:
        return f"Results({self.name!r}: {names.counted(cell.status for cell in self.cells)})"

    @classmethod
    def of(cls, plain: results.Results) -> Results:
        """The same results."""
        return cls(**vars(plain))

    def best(self, target: str | None = None) -> tuple[Row, ...]:
        """The row to use at every label budget of a target, or of all: the best by validation, never by the test.

        Without validation labels it is the source unchanged.

        Raises:
            UnknownName: the run has no such target.

        >>> Results(Path("runs/none"), "none", (), ()).best()
        ()
        """
        return tuple(recommended.each(self._about(None, target).rows))

    def plot(
        self, what: Literal["curves", "gains"] | None = None, *, source: str | None = None, target: str | None = None
    ) -> Any:
        """A figure of matplotlib: `save` it with `figure.savefig("curves.png")`; needs the extra `plot`.

        curves  the metric with its 95 % intervals against the number of labels, a panel for every source and target
        gains   the gain of every row with its 95 % interval, beside no gain, for one source and target

        Args:
            what: default the curves, where the run has two or more numbers of labels, else the gains.
            source: name of the source; default all of them.
            target: name of the target; default all of them.

        Raises:
            UsageError: the run has no curves, or no gains; there are gains of several sources or targets; matplotlib
                is not installed.
            UnknownName: the run has no such source or target.
        """
        from relxfer.report.notebooks import figures

        here = self._about(source, target)
        what = what or ("curves" if here.curves else "gains")
        kinds = {"curves": figures.curves, "gains": figures.gains}
        if what not in kinds:
            raise UsageError(f"expected {' or '.join(map(repr, kinds))} as the kind of plot, got {what!r}")
        return kinds[what](here)

    def predict(
        self,
        question: Question | None,
        k: int = 10,
        *,
        strategy: str | None = None,
        budget: Budget | None = None,
        target: str | None = None,
        seed: int | None = None,
        facts: str | Path | None = None,
        as_judged: bool = False,
        keep_known: bool = False,
        coverage: float | None = None,
        plugins: Sequence[object] = (),
    ) -> Predicted:
        """Answers by name, as `relxfer predict` gives them.

        Args:
            question: columns of names, such as `{"node": ["ann", "bob"]}`, also as a data frame; a file of them, or the
                files to classify, a folder, a pattern; None: everything that has no answer yet.
            k: answers for each query.
            strategy: whose models; default the row to use, the best by validation.
            budget: a number of labels, or "all"; default the largest.
            target: name of the target; default the first.
            seed: the model of one seed; default all of the row, whose probabilities are averaged.
            facts: a file of further facts or edges that are known.
            as_judged: know only what the experiment showed to its models.
            keep_known: also give answers that are in the data already.
            coverage: give sets of answers that hold the right one with this probability.
            plugins: as for `relxfer.run`.

        Raises:
            BadQuestions: no row of the question can be asked; rows that cannot are in `Predicted.not_asked`.
            DataError: a column is missing, or the data has changed since.
            UsageError: no such row is finished.
        """
        from relxfer.predict import predictions
        from relxfer.predict.chosen import Wanted
        from relxfer.predict.predicted import predicted

        further = None if facts is None else Path(facts)
        wanted = Wanted(strategy, target, None, seed, None, as_judged, further, budget)
        chosen = predictions.choose(self.folder, in_process.load(plugins), wanted)
        return predicted(chosen, None if question is None else _columns(question), k, keep_known, coverage)

    def to_label(
        self,
        count: int = 10,
        *,
        strategy: str | None = None,
        budget: Budget | None = None,
        target: str | None = None,
        plugins: Sequence[object] = (),
    ) -> Predicted:
        """The items to label next, as `relxfer predict --to-label` names them, with what is predicted of each.

        They are the items without an answer whose labels would change the model most, and that are unlike one another.

        Args:
            count: how many.
            strategy, budget, target, plugins: as for `predict`.

        Raises:
            Incompatible: answers are not one of several classes.
            DataError: every item has an answer.
            UsageError: no such row is finished.
        """
        from relxfer.predict import predictions
        from relxfer.predict.chosen import Wanted
        from relxfer.predict.predicted import Predicted

        chosen = predictions.choose(self.folder, in_process.load(plugins), Wanted(strategy, target, budget=budget))
        return Predicted(chosen.description, predictions.worth_labelling(chosen, count).table())

    def embed(
        self,
        question: Question | None = None,
        *,
        strategy: str | None = None,
        budget: Budget | None = None,
        target: str | None = None,
        seed: int | None = None,
        plugins: Sequence[object] = (),
    ) -> Embedding:
        """The features that a model has of nodes or pictures, by name, as `relxfer embed` writes them.

        Args:
            question: items, as for `predict`; None: all items of the target.
            strategy, budget, target: whose model, as for `predict`.
            seed: of the model; default the first, for features of several models have nothing in common.
            plugins: as for `relxfer.run`.

        Raises:
            Incompatible: the model has no features of single items, as one of knowledge graphs.
            UsageError: no such row is finished.
        """
        from relxfer.predict import embedding
        from relxfer.predict.chosen import Wanted

        given = self.folder, in_process.load(plugins)
        wanted = Wanted(strategy, target, seed=seed, budget=budget)
        if question is None:
            return embedding.of_all(*given, wanted)
        return embedding.of_questions(*given, _columns(question), wanted)

    def export(
        self,
        out: str | Path,
        *,
        onnx: bool = False,
        strategy: str | None = None,
        budget: Budget | None = None,
        target: str | None = None,
        seed: int | None = None,
        plugins: Sequence[object] = (),
    ) -> dict[str, Any]:
        """Write the network of pictures for programs without relxfer, as `relxfer export` does.

        Args:
            out: the folder, see `relxfer.predict.export`.
            onnx: also write ONNX; needs the extra `onnx`.
            strategy, budget, target: whose model, as for `predict`.
            seed: of the model; default the first.
            plugins: as for `relxfer.run`.

        Returns:
            What is to be known to use the network, as `model.json` has it.

        Raises:
            Incompatible: the model needs more than its inputs, as those of networks and knowledge graphs.
            UsageError: no such row is finished, or the folder holds something else.
        """
        from relxfer.predict import export, predictions
        from relxfer.predict.chosen import Wanted

        export.check(Path(out), onnx)
        wanted = Wanted(strategy, target, seed=seed, budget=budget)
        chosen = predictions.choose(self.folder, in_process.load(plugins), wanted)
        return export.export(chosen, Path(out), onnx)

    def _about(self, source: str | None, target: str | None) -> Results:
        """The results of one source and target alone."""
        for what, name, known in (("source", source, self.sources), ("target", target, self.targets)):
            if name is not None and name not in known:
                raise UnknownName(f"{what} of this run", name, known)
        if source is None and target is None:
            return self
        rows = tuple(row for row in self.rows if source in (None, row.source) and target in (None, row.target))
        curves = tuple(each for each in self.curves if source in (None, each.source) and target in (None, each.target))
        return replace(self, rows=rows, curves=curves)

    def _repr_html_(self) -> str:
        """The answer and the table of results, for notebooks."""
        from relxfer.report.html.fragment import fragment

        return fragment(self)


def _columns(question: Question) -> Mapping[str, Sequence[str]]:
    """A question as columns of names."""
    from relxfer.predict import questions

    if isinstance(question, str | Path):
        return questions.read(Path(question))
    return {str(name): [str(cell) for cell in cells] for name, cells in question.items()}


@dataclass(frozen=True, repr=False)
class Recommended:
    """What `relxfer.recommend` returns; as text it is the page that the command shows.

    recommendation  what was tried and chosen before the test was opened
    results         of the honest test
    seconds         that it took by the clock
    hurt            whether a finished run that it was made for says that its first row hurts
    besides         what past pairs like that of the test gained, and names of items to label next
    """

    recommendation: Recommendation
    results: Results
    seconds: float
    hurt: bool
    besides: Besides

    @property
    def use(self) -> Raced:
        """What to use: `source`, `strategy` and `lr`; scratch has no source."""
        return self.recommendation.chosen

    def __repr__(self) -> str:
        from relxfer.report.recommended.answer import answer

        return f"Recommended({answer(self.recommendation)!r})"

    def __str__(self) -> str:
        from rich.console import Console

        from relxfer.report.recommended.page import page

        console = Console(width=80, color_system=None)
        with console.capture() as captured:
            console.print(
                page(
                    self.recommendation,
                    self.results,
                    self.seconds,
                    self.hurt,
                    self.besides.past,
                    self.besides.label_next,
                )
            )
        return captured.get().rstrip()
