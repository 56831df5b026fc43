"""`codeassess evaluate`: how well an examiner does, on answers, pairs of answers, edit histories (docs/quality.md)."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ..errors import ExaminerUnavailable
from ..evals.parts import Part
from . import options
from .output import say, say_json, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..evals.histories import Replay
    from ..evals.summary import Figures, Summary
    from ..ports import Examiner

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
    "kept_always": "always 4.5, kept",
    "all_always": "always 4.5, all",
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
    from ..evals.answers import part_of, read_answers
    from ..evals.judging import judge_all
    from ..evals.summary import summarize

    rows = part_of(read_answers(file), part)
    examiner = _examiner(model, model_base_url, timeout)
    judged = asyncio.run(judge_all(examiner, rows, parallel=parallel, done=_progress(len(rows))))
    summary = summarize(rows, judged)
    if as_json:
        say_json(
            {"answers": [{"score": j.score, "confidence": j.confidence} for j in judged], "summary": summary.as_dict()}
        )
    else:
        _show(summary)
    _insist(len(rows), failed=summary.failed)


@app.command()
def questions(
    file: Annotated[Path, typer.Argument(help="JSON lines: events, a list of states with code; language.")],
    model: options.Model = None,
    model_base_url: options.ModelBaseUrl = None,
    limit: Annotated[int, typer.Option(min=1, help="Replay this many histories, evenly taken.")] = 1_000_000,
    timeout: Timeout = 60,
    sample: Annotated[
        int | None, typer.Option(min=0, help="Show so many of the questions, evenly taken; with --json all by default.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Draw the sample at random: the same seed, the same states.")] = None,
    as_json: AsJson = False,
) -> None:
    """Replay edit histories: ask about every changed state, and check each question as a model's draft is checked."""
    from ..evals.histories import drawn, evenly, read_histories, replay

    histories = evenly(read_histories(file), limit)
    examiner = _examiner(model, model_base_url, timeout)
    done = asyncio.run(replay(examiner, histories, done=_progress(len(histories))))
    wanted = (len(done.asked) if as_json else 0) if sample is None else sample
    shown = [one.as_dict() for one in drawn(done.asked, wanted, seed=seed)]
    if as_json:
        say_json({"summary": done.as_dict(), "questions": shown})
    else:
        _show_replay(done, shown)
    _insist(len(done.asked), failed=sum(not one.text for one in done.asked))


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
    from ..evals.histories import evenly
    from ..evals.pairs import as_dict, figures, items_of, judge_pairs, pairs_of, read_pairs

    chosen = evenly(pairs_of(items_of(read_pairs(file), part)), limit)
    examiner = _examiner(model, model_base_url, timeout)
    results = asyncio.run(judge_pairs(examiner, chosen, parallel=parallel, done=_progress(len(chosen))))
    found = figures(results)
    if as_json:
        say_json({"summary": {"n": len(results), **found}, "pairs": [as_dict(result) for result in results]})
    else:
        _show_pairs(len(results), found)
    _insist(len(results), failed=sum(result.failed for result in results))


def _insist(all: int, *, failed: int) -> None:
    """Fail when every call failed: a script must see that the examiner never answered."""
    if all and failed == all:
        raise ExaminerUnavailable(f"All {all} calls of the examiner failed; the warnings above say why.")


@app.command()
def claims(
    file: Annotated[Path, typer.Argument(help="What `evaluate questions --json` wrote.")],
    python: Annotated[str | None, typer.Option(help="The CPython to check against; this one by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check what questions take to be so against CPython. The code REALLY RUNS: only on your own machine.

    Each claim runs in a process of its own, with limits on time, memory, files and processes (POSIX). Exits with
    1 when a claim differs.
    """
    from ..evals.claims import check, claims_of

    every = list(claims_of(file))
    checked = check(every, python=python or sys.executable)
    wrong = [one for one in checked if one.differs]
    if as_json:
        say_json(
            {"claims": len(checked), "differ": [{"claim": dict(one.claim), "differs": one.differs} for one in wrong]}
        )
    else:
        for one in wrong:
            say(f"{one.claim['code']}\n  {one.claim['outcome']} {one.claim.get('run', '')!r}: {one.differs}\n")
        say(f"{len(checked)} claims, {len(wrong)} differ")
    if wrong:
        raise typer.Exit(1)


def _examiner(model: str | None, base_url: str | None, timeout: float) -> Examiner:
    """The examiner as a session has it, with another timeout."""
    from ..evals.captured import CAPTURED, CapturedExaminer
    from ..examiner.model.fallback import FallbackExaminer
    from ..examiner.offline import OfflineExaminer

    if model == CAPTURED:
        return CapturedExaminer()
    settings = options.settings(model=model, model_base_url=base_url)
    name = settings.resolved_model()
    if name == "offline":
        return OfflineExaminer()
    from ..examiner.model.examiner import ModelExaminer

    return FallbackExaminer(ModelExaminer(name, base_url=settings.model_base_url, timeout=timeout), OfflineExaminer())


def _progress(total: int) -> Any:
    """Count on stderr when it is a terminal."""
    count = 0

    def done() -> None:
        nonlocal count
        count += 1
        if sys.stderr.isatty():
            print(f"\r{count} of {total}", end="\n" if count == total else "", file=sys.stderr, flush=True)

    return done


def _show(summary: Summary) -> None:
    say(f"{summary.n} answers, {summary.kept} kept ({summary.coverage:.0%}), {summary.failed} failed\n")
    table(("", "n", *_COLUMNS.values()), (_line(name, found) for name, found in summary.figures.items()))


def _show_replay(replay: Replay, sample: Sequence[dict[str, Any]]) -> None:
    summary = replay.as_dict()
    kinds, problems = summary.pop("kinds"), summary.pop("problems")
    table(("", ""), ((name.replace("_", " "), str(value)) for name, value in summary.items()))
    for heading, counts in (("kind", kinds), ("problem", problems)):
        say()
        table((heading, "n"), ((name, str(n)) for name, n in counts.items()))
    for one in sample:
        say(f"\n{one['code'].rstrip()}\n  [{one['kind']}] {one['text']}")
        say("".join(f"    expected: {point}\n" for point in one["expected"]), end="")


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
    "low_recall": "low found",
}


def _line(name: str, found: Figures) -> Sequence[str]:
    return (_NAMES[name], str(found.n), *_cells(found))


def _cells(found: Figures) -> Iterable[str]:
    for column in _COLUMNS:
        value, ends = found.values[column], found.intervals[column]
        yield "–" if value is None else f"{value:.2f}" + (f" ({ends[0]:.2f}…{ends[1]:.2f})" if ends else "")
