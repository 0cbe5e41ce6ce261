"""Plans as Word papers (GB/T 9704-2012), and what two revisions differ in as tracked changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from flask_babel import gettext as _

from trainer.core.language import label
from trainer.core.word import Paper
from trainer.people.rules import Level
from trainer.plans import rules, wording
from trainer.plans.comparison import Change, LineChange, Piece, State
from trainer.plans.models import AnnualPlan, FiveYearPlan, Plan
from trainer.plans.prose import blocks, plain
from trainer.plans.rules import TargetKind

NUMERALS = "一二三四五六七八九十"
# Shares of the page's width: 序号, then the official columns.
WIDTHS = (4, 12, 9, 6, 4, 8, 6, 8, 14, 7, 9, 9, 13, 6, 8)


def _heads(paper: Paper, plan: Plan) -> None:
    if plan.document_number:
        paper.number(plan.document_number)
    paper.title(plan.title if plan.status.in_force else f"{plan.title}\n（{label(plan.status)}）")


def issuer(plan: Plan) -> str:
    """Return who issues a plan: the standing committee, in a township the presidium."""
    congress = plan.term.congress
    township = congress.level is Level.TOWNSHIP
    message = _("Presidium of %(name)s") if township else _("Standing Committee of %(name)s")
    return str(message % {"name": congress.name})


def _signature(paper: Paper, plan: Plan) -> None:
    if plan.adopted_on:
        paper.signature(issuer(plan), plan.adopted_on)


def _text(paper: Paper, text: str, below: int = 0) -> None:
    """Write a formatted text; its headings stand *below* levels under those of the document."""
    for block in blocks(text):
        if block.kind in ("h1", "h2"):
            paper.heading(min(4, int(block.kind[1]) + below), plain(block.lines[0]))
        else:
            for line in block.lines:
                paper.paragraph(plain(line))


def annual(plan: AnnualPlan, table: Sequence[Sequence[object]], header: Sequence[str]) -> bytes:
    """Return the plan of a year as a paper, its table attached across.

    *table* is lines of the official columns with the sums at the foot, *header* their heads.
    """
    paper = Paper()
    _heads(paper, plan)
    _text(paper, plan.preamble)
    name = _("Table of planned classes %(year)s", year=plan.year)
    paper.attachments([name])
    _signature(paper, plan)
    paper.annex(_("Annex"), name, landscape=True)
    paper.table(header, table, widths=WIDTHS)
    return paper.bytes()


def five_year(plan: FiveYearPlan) -> bytes:
    """Return a five-year plan as a paper, its targets and its budget attached."""
    paper = Paper()
    _heads(paper, plan)
    for numeral, (heading, text) in zip(NUMERALS, _sections(plan), strict=False):
        paper.heading(1, f"{numeral}、{heading}")
        _text(paper, text, below=1)
    annexes = list(_annexes(plan))
    if annexes:
        paper.attachments([name for name, _header, _rows in annexes])
    _signature(paper, plan)
    for number, (name, header, rows) in enumerate(annexes, start=1):
        mark = _("Annex") + (str(number) if len(annexes) > 1 else "")
        paper.annex(mark, name, landscape=True)
        paper.table(header, rows, widths=[4, *[2] * (len(header) - 1)])
    return paper.bytes()


def _sections(plan: FiveYearPlan) -> Iterator[tuple[str, str]]:
    emphases = "\n".join(f"{_('%(year)s: ', year=row.year)}{row.text}" for row in plan.emphases)
    for heading, text in (
        (_("Purpose"), plan.purpose),
        (_("Principles"), plan.principles),
        (_("Themes"), plan.themes),
        (_("Emphases of the years"), emphases),
        (_("Measures"), plan.measures),
        (_("Responsible bodies"), plan.bodies),
    ):
        if text:
            yield heading, text


def _annexes(plan: FiveYearPlan) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    years = rules.plan_years(plan.term.first_day, plan.term.last_day)
    columns = [*map(str, years), _("Whole term")]
    targets = {(row.kind, row.year): row.value for row in plan.targets}
    if targets:
        rows = [
            [
                f"{label(kind)}（{wording.unit(kind)}）" if wording.unit(kind) else label(kind),
                *(
                    wording.figure(kind, targets.get((kind, year))) or "—"
                    for year in (*years, None)
                ),
            ]
            for kind in TargetKind
            if any(key[0] is kind for key in targets)
        ]
        yield _("Targets"), [_("Target"), *columns], rows
    money = {(row.source, row.year): row.amount for row in plan.budgets}
    if money:
        sources = list(dict.fromkeys(source for source, _year in money))
        rows = [
            [
                source,
                *(wording.yuan(money[source, y]) if (source, y) in money else "—" for y in years),
                wording.yuan(sum(money.get((source, y), 0) for y in years)),
            ]
            for source in sources
        ]
        yield _("Budget (yuan)"), [_("Source of the budget"), *columns], rows


# The difference between two revisions


class Redline:
    """A paper whose changes Word shows as tracked: it can take them over or refuse them."""

    def __init__(self, author: str, at: datetime) -> None:
        self.paper = Paper()
        self.author = author
        self.at = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._number = 0

    def entry(self, head: str, pieces: Iterable[Piece]) -> None:
        """Write an entry: its name, then old and new woven into one text."""
        paragraph = self.paper.document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = 0
        paragraph.add_run(f"{head}：").bold = True
        for piece in pieces:
            run = paragraph.add_run(piece.text)
            if piece.state is State.SAME:
                continue
            self._track(run.element, removed=piece.state is State.REMOVED)

    def _track(self, run: Any, *, removed: bool) -> None:
        """Wrap a run as inserted or deleted (ECMA-376 Part 1, 17.13.5.18 and 17.13.5.14)."""
        self._number += 1
        wrap = OxmlElement("w:del" if removed else "w:ins")
        for name, value in (("id", str(self._number)), ("author", self.author), ("date", self.at)):
            wrap.set(qn(f"w:{name}"), value)
        run.getparent().replace(run, wrap)
        wrap.append(run)
        if removed:
            for text in run.findall(qn("w:t")):
                text.tag = qn("w:delText")


def comparison(
    old: Plan,
    new: Plan,
    *,
    texts: Sequence[Change],
    targets: Sequence[Change],
    lines: Sequence[LineChange],
    author: str,
    at: datetime,
) -> bytes:
    """Return what differs between two revisions as a Word file with tracked changes."""
    redline = Redline(author, at)
    paper = redline.paper
    paper.title(new.title)
    paper.paragraph(
        _("From revision %(old)s to revision %(new)s", old=old.revision, new=new.revision)
    )
    for heading, changes in ((_("Text"), texts), (_("Targets"), targets)):
        if changes:
            paper.heading(1, heading)
            for change in changes:
                redline.entry(change.label, change.pieces)
    if lines:
        paper.heading(1, _("Planned classes"))
        for line in lines:
            paper.heading(2, f"{label(line.state)}：{line.name}")
            for change in line.changes:
                redline.entry(change.label, change.pieces)
    return paper.bytes()
