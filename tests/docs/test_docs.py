"""The documentation says what the code does: hooks, records, keys, examples, links, verbs."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import os
import pickle
import re
import shlex
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from relxfer import cli
from relxfer.bench import suites
from relxfer.contract import hooks, options, records
from relxfer.declare import resolve, schema, seeds, tuning
from relxfer.declare.resolve import options_model
from relxfer.plugins.finder import DISTRIBUTION, Plugins, load_object

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
OTHERS = [ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "changes" / "README.md"]
HOOKS = (DOCS / "hooks.md").read_text(encoding="utf-8")
CONFIG = (DOCS / "config.md").read_text(encoding="utf-8")

#: A fragment without a target is completed by this.
MINIMAL = '\n[target]\ndataset = "geo-us"\n'
#: Text that names a file or folder, for which the test puts an empty one.
A_PATH = re.compile(r"\.(tsv|csv|parquet|nt|graphml|txt|pth|safetensors)$|^(runs|data)/")
#: Pages whose Python a test here or beside this one runs.
RUN = {
    "README.md",
    "docs/authoring.md",
    "docs/hooks.md",
    "docs/judging.md",
    "docs/knowledge_graphs_for_authors.md",
    "docs/networks.md",
    "docs/own_dataset.md",
    "docs/own_metric.md",
    "docs/own_strategy.md",
    "docs/testing.md",
    "docs/tuning.md",
    "docs/tutorials/pictures.md",
}
#: Section of config.md for every options model of the engine.
SECTIONS = {
    "Use": "A use",
    "Config": "Top level",
    "SourceConfig": "source",
    "TargetConfig": "target",
    "StrategyConfig": "strategy",
    "TunedConfig": "strategy.tuned",
    "UntilDecided": "seeds",
    "RowTraining": "training",
    "TrainingOptions": "training",
    "ReportOptions": "report",
    "TuneOptions": "tune",
}


def plugins() -> Plugins:
    return Plugins.load(third_party=False)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def fences(text: str) -> Iterator[tuple[str, str]]:
    """(info string, content) of every fenced block."""
    for info, content in re.findall(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield info.strip(), content


def without_fences(text: str) -> str:
    return re.sub(r"^```[^\n]*\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def section(text: str, title: str) -> str:
    """From a heading to the next one of the same or a higher level."""
    plain = re.sub(r"^```[^\n]*\n.*?^```$", lambda m: re.sub("(?m)^#", " ", m[0]), text, flags=re.M | re.S)
    found = re.search(rf"^(#+) {re.escape(title)}$", plain, re.MULTILINE)
    assert found, f"expected a section {title!r}"
    rest = plain[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def keys_of(text: str) -> dict[str, str]:
    """key -> default, of every table whose rows are `key`, type, default, meaning."""
    rows = re.findall(r"^\| `([^`|]+)` \|[^|\n]*\| ([^|\n]*?) \|[^\n]*\|$", text, re.MULTILINE)
    return {key: default.strip("`") for key, default in rows}


def told_of(name: str, text: str) -> dict[str, str]:
    """The keys of a page; where tables have keys in common, of those that are introduced by this name."""
    tables = re.findall(r"((?:^(?!\|).*\n)*)((?:^\|.*\n)+)", text, re.MULTILINE)
    own = "".join(table for lead, table in tables if f"`{name}`" in lead)
    return keys_of(text) | keys_of(own)


def models_of(module: Any) -> dict[str, type]:
    found = {n: m for n, m in vars(module).items() if inspect.isclass(m) and m.__module__ == module.__name__}
    return {n: m for n, m in found.items() if getattr(m, "model_fields", None)}


def id_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# ------------------------------------------------------------------ hooks and records


@pytest.mark.parametrize("hook", [*hooks.OFFERS, *hooks.OBSERVERS])
def test_hooks_exact_signature_is_documented(hook):
    signature = f"def {hook}{inspect.signature(getattr(hooks, hook))}".replace("'", "")
    assert signature in HOOKS


def test_every_hook_is_an_offer_or_an_observer():
    specified = {name for name in vars(hooks) if name.startswith("relxfer_")}
    assert specified == {*hooks.OFFERS, *hooks.OBSERVERS}


@pytest.mark.parametrize("record", [*hooks.OFFERS.values(), records.File], ids=lambda r: r.__name__)
def test_every_field_of_a_record_is_documented(record):
    assert f"`{record.__name__}`" in HOOKS
    missing = [f.name for f in dataclasses.fields(record) if f"`{f.name}`" not in HOOKS]
    assert not missing


def test_data_names_and_learner_names_are_documented():
    text = section(read(DOCS / "contract.md"), "Needs and offers")
    assert [name for name in (*records.DATA_NAMES, *records.LEARNER_NAMES) if f"`{name}`" not in text] == []


# ------------------------------------------------------------------ keys and options


def test_every_options_model_of_the_engine_has_a_section():
    assert {*models_of(schema), *models_of(seeds), *models_of(options), *models_of(tuning)} == set(SECTIONS)


@pytest.mark.parametrize(("model", "title"), SECTIONS.items(), ids=SECTIONS.values())
def test_every_key_is_documented_with_its_default(model, title):
    fields, told = getattr(schema, model).model_fields, keys_of(section(CONFIG, title))
    assert [name for name in fields if name not in told] == []
    assert {name: told[name] for name, field in fields.items() if not says(field, told[name])} == {}


def says(field: Any, told: str) -> bool:
    """Whether the documented default is the field's."""
    if field.is_required():
        return told == "needed"
    default = field.default if field.default is not PydanticUndefined else field.default_factory()
    if default is None:
        return told == "unset"
    if isinstance(default, tuple) and len(default) == 1 and isinstance(default[0], schema.Use):
        default = default[0]  # a list of one may be written as the one
    if isinstance(default, schema.Use):
        return told == json.dumps(default.use)
    if isinstance(default, BaseModel):
        return told == "defaults"
    return told in (json.dumps(default), json.dumps(default, default=str))


def test_every_key_of_a_suite_is_documented_with_its_default():
    fields, told = (
        suites.SuiteOptions.model_fields,
        keys_of(section(read(DOCS / "benchmarks.md"), "A suite of your own")),
    )
    assert told.keys() == fields.keys()
    assert {name: told[name] for name, field in fields.items() if not says(field, told[name])} == {}


def built_in_options() -> list[Any]:
    loaded = plugins()
    assert not loaded.broken
    return [offer for offer in loaded.offers.values() if offer.record.options]


def offers_id(offer: Any) -> str:
    return f"{offer.record.kind} {offer.record.name}"


@pytest.mark.parametrize("offer", built_in_options(), ids=offers_id)
def test_every_option_of_a_built_in_offer_is_documented(offer):
    name = offer.record.name
    pages = [page for page in PAGES if f"`{name}`" in read(page)]
    if offer.record.kind == "strategy":
        pages = [DOCS / "strategies" / f"{name}.md"]
    told = {key: default for page in pages for key, default in told_of(name, read(page)).items()}
    fields = options_model(offer).model_fields
    assert [name for name in fields if name not in told] == []
    assert {name: told[name] for name, field in fields.items() if not says(field, told[name])} == {}


def test_every_built_in_strategy_has_a_page():
    offers = [o for o in plugins().all("strategy") if o.distribution == DISTRIBUTION]
    named = {offer.record.name for offer in offers if offer.record.role != "prior"}
    assert {page.stem for page in (DOCS / "strategies").glob("*.md")} == named | {"index"}


# ------------------------------------------------------------------ examples


def toml_blocks() -> list[Any]:
    return [
        pytest.param(info, block, id=f"{id_of(page)}-{number}")
        for page in PAGES
        for number, (info, block) in enumerate(fences(read(page)))
        if info.split()[:1] == ["toml"]
    ]


@pytest.mark.parametrize(("info", "block"), toml_blocks())
def test_toml_examples_validate(info, block, tmp_path):
    """Against the built-in plugins; a fence marked `{.no-check}` must parse all the same."""
    raw = tomllib.loads(block)
    if "no-check" in info:
        return
    for text in texts_of(raw):
        put(tmp_path / text)
    path = tmp_path / "example.toml"
    path.write_text(block + ("" if "target" in raw else MINIMAL), encoding="utf-8")
    resolve.load(path, plugins())


def texts_of(value: Any) -> Iterator[str]:
    """Every text that names a file."""
    if isinstance(value, str) and A_PATH.search(value):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_of(item)


def put(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix:
        path.write_text("a\tknows\tb\n" * 3, encoding="utf-8")
    else:
        path.mkdir(exist_ok=True)


def files_in(page: Path) -> dict[str, str]:
    """name -> content of the Python blocks that follow `<!-- file: NAME -->`."""
    pattern = r"^<!-- file: (\S+) -->\n```python\n(.*?)^```$"
    return dict(re.findall(pattern, read(page), re.MULTILINE | re.DOTALL))


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A function that writes the Python files of a page and makes them importable."""
    names: set[str] = set()

    def write(page: Path) -> list[str]:
        for name, content in files_in(page).items():
            (tmp_path / name).write_text(content, encoding="utf-8")
            names.add(Path(name).stem)
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.chdir(tmp_path)
        importlib.invalidate_caches()
        return sorted(names)

    yield write
    for name in names:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("page", [DOCS / "hooks.md", ROOT / "README.md"], ids=id_of)
def test_examples_are_plugins_that_load(written, page):
    loaded, named = plugins(), [n for n in written(page) if "@hookimpl" in files_in(page)[f"{n}.py"]]
    assert named
    for name in named:
        loaded.register(importlib.import_module(name), name)
    assert [broken.cause for broken in loaded.broken] == []
    for offer in loaded.offers.values():
        if offer.plugin in named:
            load_object(offer.record.load)
            options_model(offer)


def test_every_hook_has_an_example():
    examples = "".join(files_in(DOCS / "hooks.md").values())
    named = (*hooks.OFFERS, *hooks.OBSERVERS)
    assert [hook for hook in named if f"def {hook}(" not in examples] == []


def test_the_executor_of_the_hooks_does_jobs_elsewhere(written):
    written(DOCS / "hooks.md")
    jobs = [f"({number}, __import__('os').getpid())" for number in range(3)]
    ended = dict(importlib.import_module("toy_executors").Machines(None).run(eval, iter([*jobs[:2], None, jobs[2]])))
    assert [ended[job][0] for job in jobs] == [0, 1, 2]
    assert len({os.getpid(), *(process for _, process in ended.values())}) == 4


def test_an_executor_of_the_hooks_tells_of_a_job_whose_interpreter_died(written):
    written(DOCS / "hooks.md")
    ((job, failed),) = importlib.import_module("toy_executors").Machines(None).run(sys.exit, iter([3]))
    assert (failed.job, failed.reason) == (job, "its machine ended with exit code 3")


def test_the_examples_of_the_hooks_run_together(written, capsys, monkeypatch):
    """Each job in this process: an interpreter for each of fifteen would import libraries for more than a minute."""
    written(DOCS / "hooks.md")
    here = threading.Lock()

    def done(work: bytes, job: Any) -> Any:
        with here:
            return pickle.loads(work)(pickle.loads(pickle.dumps(job)))

    monkeypatch.setattr(importlib.import_module("toy_executors"), "done_elsewhere", done)
    module = importlib.import_module("toy_run")
    assert module.results.failed == []
    assert {cell.status for cell in module.results.cells} == {"done"}
    assert sys.modules["toy_observer"].seen[-1] == "12 cells in toy-run"
    assert "slowest cell" in sys.modules["toy_sections"].slowest(module.results)
    assert module.row.verdict in capsys.readouterr().out


# ------------------------------------------------------------------ links and verbs


def anchors(page: Path) -> set[str]:
    """Anchors of the headings, as GitHub and mkdocs make them."""
    heads = re.findall(r"^#+ (.*)$", without_fences(read(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=id_of)
def test_relative_links_point_to_something(page):
    links = re.findall(r"\]\(([^)\s]+)\)", without_fences(read(page)))
    wrong = []
    for link in (link for link in links if not re.match(r"[a-z]+:", link)):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    assert wrong == []


def commands(text: str) -> Iterator[str]:
    """The code spans and shell blocks of a page."""
    yield from (content for info, content in fences(text) if info.split()[:1] in ([], ["sh"], ["console"]))
    yield from re.findall(r"(?<!`)`([^`\n]+)`(?!`)", without_fences(text))


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=id_of)
def test_only_verbs_that_exist_are_mentioned(page):
    verbs = {verb.NAME for verb in cli.VERBS}
    pattern = r"(?:^|&& |\n)relxfer (?:--[a-z-]+ )*([a-z][a-z-]*)"
    asked = {verb for command in commands(read(page)) for verb in re.findall(pattern, command)}
    assert asked - verbs == set()


def shell_lines() -> list[Any]:
    """Every command of relxfer in a block of shell, on all pages."""
    return [
        pytest.param(line, id=f"{id_of(page)}: {line[:60]}")
        for page in [*PAGES, *OTHERS]
        for info, content in fences(read(page))
        if info.split()[:1] in (["sh"], ["console"])
        for line in content.splitlines()
        if line.startswith("relxfer ")
    ]


@pytest.mark.parametrize("line", shell_lines())
def test_commands_of_the_shell_are_understood(line):
    command = re.split(r" [|>] | # ", line)[0]
    cli.parser().parse_args(shlex.split(command)[1:])


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=id_of)
def test_a_fence_names_its_language_and_marks(page):
    """`{.no-check}` is what the site and GitHub both read; a word beside the language would not be shown as code."""
    wrong = [info for info, _ in fences(read(page)) if not re.fullmatch(r"[a-z]+( \{\.no-check\})?", info)]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_python_on_a_page_is_run_or_marked(page):
    """What is marked `{.no-check}` is Python all the same."""
    infos = [info for info, _ in fences(read(page)) if info.split()[:1] == ["python"]]
    assert id_of(page) in RUN or {*infos} <= {"python {.no-check}"}
    for info, content in fences(read(page)):
        if info in infos:
            compile(content, page.name, "exec")


def test_a_word_has_one_meaning():
    terms = re.findall(r"^\*\*(.+?)\*\*", read(DOCS / "glossary.md"), re.MULTILINE)
    assert sorted(terms) == sorted(set(terms))


def test_navigation_names_every_page():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [page for page in DOCS.rglob("*.md") if page.relative_to(DOCS).as_posix() not in navigation] == []
