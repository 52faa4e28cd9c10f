"""``kb search``: passages word for word, gathered by project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from kb.cli.filters import filter_option
from kb.cli.french import FrenchCommand
from kb.cli.session import Session
from kb.cli.terminal import (
    counted,
    data_output,
    page_reference,
    project_line,
    wrapped,
)
from kb.expansions import expansion_groups
from kb.model import Brochure, Filter, Mode, Passage
from kb.privacy import public
from kb.results import Answer, Expansion, Hit

_NO_EXPAND = "N’ajoute ni synonymes, ni sigles développés, ni mots de sens proche."


@click.command(
    "search",
    cls=FrenchCommand,
    help="Cherche dans les brochures et cite les passages mot pour mot, par projet.",
    epilog="Une expression exacte et un mot à exclure se donnent entre apostrophes : "
    "kb search '\"bail glissant\" -étudiant'.",
)
@click.argument(
    "query", metavar="RECHERCHE…", nargs=-1, required=True, help="Des mots ou une question."
)
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.HYBRID.value,
    help="Par les mots (lexical), par le sens (semantic) ou les deux (hybrid, par défaut).",
)
@filter_option
@click.option(
    "--limit", type=click.IntRange(min=1), default=10, help="Passages montrés (10 par défaut)."
)
@click.option(
    "--offset", type=click.IntRange(min=0), default=0, help="Passages sautés (0 par défaut)."
)
@click.option("--json", "as_json", is_flag=True, help="Écrit le même objet JSON que l’API.")
@click.option("--no-expand", is_flag=True, help=_NO_EXPAND)
@click.option("--no-correct", is_flag=True, help="Ne corrige pas les fautes de frappe.")
@click.pass_obj
def search_command(
    session: Session,
    query: tuple[str, ...],
    mode: str,
    filter: Filter,
    limit: int,
    offset: int,
    as_json: bool,
    no_expand: bool,
    no_correct: bool,
) -> None:
    """Exit code 0 also when nothing answers: that is an answer."""
    with session.library() as library:
        answer = library.search(
            " ".join(query),
            mode=Mode(mode),
            filter=filter,
            limit=limit,
            offset=offset,
            expand=not no_expand,
            correct=not no_correct,
        )
        empty = not answer.hits and library.statistics().passages == 0
    if as_json:
        _print_json(answer)
    else:
        click.echo("\n".join(_lines(answer, filter, offset, empty)))


def _print_json(answer: Answer) -> None:
    import json

    from kb.records import answer_record

    json.dump(answer_record(answer), data_output(), ensure_ascii=False, indent=2)
    click.echo()


def _lines(answer: Answer, filter: Filter, offset: int, empty: bool) -> Iterator[str]:
    if empty:
        yield "La base est vide : ajoutez des brochures avec « kb ingest DOSSIER »."
        return
    yield from _preamble(answer)
    if answer.hits:
        yield _range(answer, offset)
        yield from hit_lines(answer.hits)
    elif answer.answerable:
        yield f"Rien à montrer après {offset} : il y a {counted(answer.total, 'passage')} en tout."
    else:
        yield from _nothing(answer, filter)


def _preamble(answer: Answer) -> Iterator[str]:
    if answer.notice:
        yield wrapped(answer.notice)
    if answer.corrected:
        yield wrapped(f"Recherche corrigée : « {answer.corrected} » (--no-correct l’évite).")
    if answer.expanded:
        yield wrapped(f"Élargi à : {_expanded(answer.expanded)} (--no-expand l’évite).")


def _expanded(expanded: Sequence[Expansion]) -> str:
    """``term → added, added ; term → added (reason)``, each reason once."""
    groups = []
    for group in expansion_groups(expanded):
        terms = " ; ".join(f"{one.term} → {', '.join(one.added)}" for one in group.terms)
        groups.append(f"{terms} ({group.reason})")
    return " ; ".join(groups)


def _range(answer: Answer, offset: int) -> str:
    total = ("Au moins " if answer.at_least else "") + counted(answer.total, "passage")
    if answer.total == len(answer.hits):
        return f"{total}."
    return f"{total}, montrés de {offset + 1} à {offset + len(answer.hits)}."


def hit_lines(hits: Sequence[Hit]) -> Iterator[str]:
    """Hits under their project, projects in the order of their best hit."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.project.id, []).append(hit)
    for group in groups.values():
        yield ""
        yield wrapped(click.style(project_line(group[0].project), bold=True))
        for hit in group:
            yield ""
            yield wrapped(f"{hit.rank}. {where(hit.passage, hit.brochure)}", indent="  ")
            yield wrapped(hit.passage.text, hit.highlights, indent="     ")
            yield wrapped(click.style(_quoted(hit), dim=True), indent="     ")
            yield f"     {hit.passage.id}"


def _quoted(hit: Hit) -> str:
    """The citation, without its quotation where that would repeat the whole passage."""
    best = hit.best_sentence
    if best.end - best.start < len(hit.passage.text):
        return hit.citation
    return f"— {hit.citation.rpartition('» — ')[2]}"


def where(passage: Passage, brochure: Brochure) -> str:
    """``Heading, p. 12``; no page for a brochure that has none."""
    parts = [public(passage.heading)]
    if brochure.paged:
        printed = page_reference(passage.page, passage.last_page, passage.page_printed)
        parts.append(public(printed))
    return ", ".join(part for part in parts if part)


def _nothing(answer: Answer, filter: Filter) -> Iterator[str]:
    filtered = " avec ces filtres" if filter.active() else ""
    yield wrapped(f"Aucun projet ne répond à « {answer.query} »{filtered}.")
    if answer.nearest:
        yield "Thèmes les plus proches :"
        for project in answer.nearest:
            yield wrapped(f"• {project_line(project)}", indent="  ")
