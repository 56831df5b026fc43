"""`codeassess evaluate`: how well an examiner does, on answers, pairs of answers, edit histories (docs/quality.md)."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ..quality.parts import Part
from . import options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..ports import Examiner
    from ..quality.histories import Replay
    from ..quality.summary import Figures, Summary

app = typer.Typer(help="Measure an examiner on a file.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
Timeout = Annotated[float, typer.Option(min=1, help="Seconds for one call of a model; a session gives it 60.")]
Parallel = Annotated[int, typer.Option(min=1, max=64, help="Calls of a model at a time.")]
_NAMES: Final = {
    "kept": "kept, mean of people",
    "kept_score_a": "kept, first person",
    "kept_score_b": "kept, second person",
    "kept_humans": "person and person, kept",
    "all": "all, nothing abstained",
    "all_humans": "person and person, all",
}


@app.command()
def answers(
    file: Annotated[Path, typer.Argument(help="JSON lines: question, reference, answer; score_a, score_b, score.")],
    model: options.Model = None,
    model_base_url: options.ModelBaseUrl = None,
    part: Annotated[
        Part, typer.Option(help="Which half of the questions; offline rules were tuned on one.")
    ] = Part.ALL,
    parallel: Parallel = 4,
    timeout: Timeout = 60,
    as_json: AsJson = False,
) -> None:
    """Score answers against their references, and compare with the scores of people (0 to 5) where the file has them.

    A score is from 0 to 10; null where the examiner abstains.
    """
    from ..quality.answers import part_of, read_answers
    from ..quality.judging import judge_all
    from ..quality.summary import summarize

    rows = part_of(read_answers(file), part)
    examiner = _examiner(model, model_base_url, timeout)
    judged = asyncio.run(judge_all(examiner, rows, parallel=parallel, done=_progress(len(rows))))
    summary = summarize(rows, judged)
    if as_json:
        _print(
            {"answers": [{"score": j.score, "confidence": j.confidence} for j in judged], "summary": summary.as_dict()}
        )
    else:
        _show(summary)


@app.command()
def questions(
    file: Annotated[Path, typer.Argument(help="JSON lines: events, a list of states with code; language.")],
    model: options.Model = None,
    model_base_url: options.ModelBaseUrl = None,
    limit: Annotated[int, typer.Option(min=1, help="Replay this many histories, evenly taken.")] = 1_000_000,
    timeout: Timeout = 60,
    sample: Annotated[int, typer.Option(min=0, help="Show so many of the questions, evenly taken.")] = 0,
    seed: Annotated[int | None, typer.Option(help="Draw the sample at random: the same seed, the same states.")] = None,
    as_json: AsJson = False,
) -> None:
    """Replay edit histories: ask about every changed state, and check each question as a model's draft is checked."""
    from ..quality.histories import drawn, evenly, read_histories, replay

    histories = evenly(read_histories(file), limit)
    examiner = _examiner(model, model_base_url, timeout)
    done = asyncio.run(replay(examiner, histories, done=_progress(len(histories))))
    shown = [one.as_dict() for one in drawn(done.asked, sample, seed=seed)]
    if as_json:
        _print({"summary": done.as_dict(), "questions": shown})
    else:
        _show_replay(done, shown)


@app.command()
def pairs(
    file: Annotated[
        Path | None, typer.Argument(help="JSON lines: language, code, pairs; else the pairs that come along.")
    ] = None,
    model: options.Model = None,
    model_base_url: options.ModelBaseUrl = None,
    part: Annotated[Part, typer.Option(help="Which half of the code; the rules were tuned on one.")] = Part.ALL,
    limit: Annotated[int, typer.Option(min=1, help="Judge this many pairs, evenly taken.")] = 1_000_000,
    parallel: Parallel = 4,
    timeout: Timeout = 60,
    as_json: AsJson = False,
) -> None:
    """Judge good and confidently wrong answers about code: which does the model prefer, and what passes unseen?

    The model "captured" gives everything full marks: what is left are the checks.
    """
    from ..quality.histories import evenly
    from ..quality.pairs import as_dict, figures, items_of, judge_pairs, pairs_of, read_pairs

    chosen = evenly(pairs_of(items_of(read_pairs(file), part)), limit)
    examiner = _examiner(model, model_base_url, timeout)
    results = asyncio.run(judge_pairs(examiner, chosen, parallel=parallel, done=_progress(len(chosen))))
    found = figures(results)
    if as_json:
        _print({"summary": {"n": len(results), **found}, "pairs": [as_dict(result) for result in results]})
    else:
        _show_pairs(len(results), found)


def _examiner(model: str | None, base_url: str | None, timeout: float) -> Examiner:
    """The examiner of a session, but for the patience with a slow model."""
    from ..examiner.offline import OfflineExaminer
    from ..examiner.patience import PatientExaminer
    from ..quality.captured import CAPTURED, CapturedExaminer

    if model == CAPTURED:
        return CapturedExaminer()
    settings = options.settings(model=model, model_base_url=base_url)
    name = settings.resolved_model()
    if name == "offline":
        return OfflineExaminer()
    from ..examiner.chains import ModelExaminer

    return PatientExaminer(ModelExaminer(name, base_url=settings.model_base_url, timeout=timeout), OfflineExaminer())


def _progress(total: int) -> Any:
    """Counts on stderr, when somebody looks at it."""
    count = 0

    def done() -> None:
        nonlocal count
        count += 1
        if sys.stderr.isatty():
            print(f"\r{count} of {total}", end="\n" if count == total else "", file=sys.stderr, flush=True)

    return done


def _print(body: dict[str, Any]) -> None:
    print(json.dumps(body, allow_nan=False))


def _show(summary: Summary) -> None:
    from .speech import table

    typer.echo(f"{summary.n} answers, {summary.kept} kept ({summary.coverage:.0%}), {summary.failed} failed\n")
    table(("", "n", *_COLUMNS.values()), (_line(name, found) for name, found in summary.figures.items()))


def _show_replay(replay: Replay, sample: Sequence[dict[str, Any]]) -> None:
    from .speech import table

    summary = replay.as_dict()
    kinds, problems = summary.pop("kinds"), summary.pop("problems")
    table(("", ""), ((name.replace("_", " "), str(value)) for name, value in summary.items()))
    for heading, counts in (("kind", kinds), ("problem", problems)):
        typer.echo()
        table((heading, "n"), ((name, str(n)) for name, n in counts.items()))
    for one in sample:
        typer.echo(f"\n{one['code'].rstrip()}\n  [{one['kind']}] {one['text']}")
        typer.echo("".join(f"    expected: {point}\n" for point in one["expected"]), nl=False)


_SHARES: Final = {
    "pairwise": "prefers the good answer (a tie is half)",
    "wrong_praised": "wrong answers with 6 of 10 or more",
    "wrong_passed": "… that nobody would look at",
    "wrong_passed_trusted": "… if the model were trusted",
    "good_praised": "good answers with 6 of 10 or more",
    "good_passed": "… that nobody needs to look at",
    "good_passed_trusted": "… if the model were trusted",
    "good_to_person": "good answers that wait for a person",
    "failed": "evaluations that failed",
}


def _show_pairs(n: int, found: dict[str, dict[str, Any]]) -> None:
    from .speech import table

    rows = ((text, *_share_cells(found[name])) for name, text in _SHARES.items())
    table((f"{n} pairs", "share", "95 %"), rows)


def _share_cells(figure: dict[str, Any]) -> tuple[str, str]:
    value, ends = figure["value"], figure["interval"]
    return ("–" if value is None else f"{value:.1%}", f"{ends[0]:.1%} … {ends[1]:.1%}" if ends else "–")


_COLUMNS: Final = {
    "kappa": "kappa",
    "exact": "exact",
    "within_one": "within one",
    "mae": "MAE",
    "pearson": "r",
    "ece": "ECE",
    "pairwise": "pairs",
}


def _line(name: str, found: Figures) -> Sequence[str]:
    return (_NAMES[name], str(found.n), *_cells(found))


def _cells(found: Figures) -> Iterable[str]:
    for column in _COLUMNS:
        value, ends = found.values[column], found.intervals[column]
        yield "–" if value is None else f"{value:.2f}" + (f" ({ends[0]:.2f}…{ends[1]:.2f})" if ends else "")
