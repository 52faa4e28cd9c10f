"""Files made to harm: what becomes of each is written here, and the base goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kb.library import Library
from kb.results import FileState
from tests.hostile import archives, pdfs, texts
from tests.hostile.conftest import passages_of, put, still_works

DAMAGED_PDF = "est un PDF endommagé ou incomplet : téléchargez-le ou exportez-le de nouveau."
DAMAGED = (
    "est endommagé ou incomplet : ouvrez-le dans un traitement de texte "
    "et enregistrez-le de nouveau."
)
SWOLLEN = (
    "est anormalement volumineux une fois décompressé : "
    "enregistrez-en une copie sans ses images, ou découpez-le."
)
LOCKED = "est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
MANY_PAGES = "a plus de 2000 pages, ce qui n’est pas une brochure : découpez-le."
MUCH_TEXT = "contient trop de texte : découpez-le."
DEEP = "imbrique trop d’éléments HTML : enregistrez la page en PDF."
NO_ENCODING = ": encodage illisible ; enregistrez le fichier en texte UTF-8."
EMPTY = "est vide : remplacez-le par un fichier qui contient du texte."
SCANNED = (
    "ne contient pas de texte, c’est sans doute un document numérisé : reconnaissez-en d’abord "
    "le texte, par exemple avec « ocrmypdf -l fra entree.pdf sortie.pdf »."
)

ROOT = Path(__file__).parents[2]
# Everything is imported and warm before the watch begins: then only the file may be opened.
WATCHED = """
import sys
from pathlib import Path
from ingest import read_brochure
from kb.errors import UnreadableBrochure

PROFILES = str(Path("ingest", "profiles").absolute())
folder, names = Path(sys.argv[1]), sys.argv[2:]

def read(name):
    try:
        read_brochure(folder / name)
    except UnreadableBrochure:
        pass

for name in names:
    read(name)
seen = []

def watch(event, arguments):
    if event == "open" and not str(arguments[0]).startswith((str(folder), sys.prefix, PROFILES)):
        seen.append((event, str(arguments[0])))
    elif event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "urllib")):
        seen.append((event, str(arguments)))

sys.addaudithook(watch)
for name in names:
    read(name)
print(seen)
"""

SENTENCE = (pdfs.SENTENCE,)
MORE = pdfs.SENTENCE + " Ils y restent un an"

Case = tuple[str, Callable[[], bytes], str | tuple[str, ...]]

LAUGHING_WORD = partial(archives.word, f"<w:p><w:r><w:t>{pdfs.SENTENCE} &j;</w:t></w:r></w:p>")
LAUGHING_OPEN = partial(archives.open_text, f"<text:p>{pdfs.SENTENCE} &j;</text:p>")

# A file's name, what makes it, and what becomes of it: why it is refused, or its passages.
CASES: list[Case] = [
    # PDF: what is packed.
    ("flate-bomb.pdf", pdfs.flate_bomb, DAMAGED_PDF),
    ("nested-flate-bomb.pdf", pdfs.nested_flate_bomb, DAMAGED_PDF),
    ("ten-thousand-filters.pdf", pdfs.filter_chain, DAMAGED_PDF),
    ("picture-bomb.pdf", pdfs.image_bomb, SENTENCE),
    # PDF: what leads in rings, or ever deeper.
    ("cyclic-tree.pdf", pdfs.cyclic_tree, DAMAGED_PDF),
    ("tree-of-itself-only.pdf", pdfs.tree_of_itself_only, DAMAGED_PDF),
    ("exploding-tree.pdf", pdfs.exploding_tree, DAMAGED_PDF),
    ("deep-tree.pdf", pdfs.deep_tree, DAMAGED_PDF),
    ("cyclic-outlines.pdf", pdfs.cyclic_outlines, SENTENCE),
    ("cyclic-objects.pdf", pdfs.cyclic_object, DAMAGED_PDF),
    ("cyclic-form.pdf", pdfs.cyclic_form, SENTENCE),
    ("exploding-forms.pdf", pdfs.exploding_forms, SENTENCE),
    ("deep-array.pdf", pdfs.deep_array, SENTENCE),
    ("deep-contents.pdf", pdfs.deep_contents, DAMAGED_PDF),
    # PDF: what is too much.
    ("blank-pages.pdf", pdfs.blank_pages, MANY_PAGES),
    ("said-to-have-pages.pdf", pdfs.said_to_have_pages, SENTENCE),
    ("huge-page.pdf", pdfs.huge_page, SENTENCE),
    ("absurd-boxes.pdf", pdfs.absurd_boxes, SCANNED),
    ("endless-text.pdf", pdfs.endless_text, SENTENCE),
    ("all-characters.pdf", pdfs.bad_font, DAMAGED_PDF),
    # PDF: what is broken.
    ("far-table.pdf", pdfs.far_table, SENTENCE),
    ("cyclic-tables.pdf", pdfs.cyclic_tables, SENTENCE),
    ("huge-table.pdf", pdfs.huge_table, DAMAGED_PDF),
    ("cut-short.pdf", pdfs.cut_short, DAMAGED_PDF),
    # PDF: what would run or unpack.
    ("javascript.pdf", pdfs.javascript, SENTENCE),
    ("embedded-file.pdf", pdfs.embedded_file, SENTENCE),
    ("locked.pdf", pdfs.locked, LOCKED),
    # Archives.
    ("packed-bomb.docx", archives.packed_bomb, SWOLLEN),
    ("nested-archives.docx", archives.nested_archives, SENTENCE),
    ("lying-sizes.docx", archives.lying_sizes, DAMAGED),
    ("overlapping.docx", archives.overlapping, SWOLLEN),
    ("many-entries.docx", archives.many_entries, SENTENCE),
    ("climbing-parts.docx", archives.climbing_parts, SENTENCE),
    ("macro.docx", archives.macro, SENTENCE),
    ("packed-bomb.odt", archives.packed_open_bomb, SWOLLEN),
    # XML.
    ("laughs.docx", partial(LAUGHING_WORD, archives.LAUGHS), DAMAGED),
    ("outside.docx", partial(LAUGHING_WORD, archives.OUTSIDE), DAMAGED),
    ("network.docx", partial(LAUGHING_WORD, archives.NETWORK), DAMAGED),
    ("late-laughs.docx", partial(LAUGHING_WORD, archives.late(archives.LAUGHS)), DAMAGED),
    ("wide-laughs.docx", archives.wide_declaration, DAMAGED),
    ("laughs.odt", partial(LAUGHING_OPEN, archives.LAUGHS), DAMAGED),
    ("outside.odt", partial(LAUGHING_OPEN, archives.OUTSIDE), DAMAGED),
    ("late-outside.odt", partial(LAUGHING_OPEN, archives.late(archives.OUTSIDE)), DAMAGED),
    ("laughs.html", texts.laughing_page, (f"{pdfs.SENTENCE}\n&j;",)),
    ("outside.html", texts.reaching_page, (f"{pdfs.SENTENCE}\n&j;",)),
    ("deep.docx", partial(archives.deep_word, 50_000), DAMAGED),
    ("tables-in-tables.docx", partial(archives.deep_word, 60), SENTENCE),
    ("deep.odt", partial(archives.deep_open_text, 50_000), SWOLLEN),
    ("sections-in-sections.odt", partial(archives.deep_open_text, 200), SENTENCE),
    # Web pages.
    ("deep.html", texts.deep_page, DEEP),
    ("lists-in-lists.html", texts.deep_list, DEEP),
    ("attributes.html", texts.attributes, SENTENCE),
    ("scripts.html", texts.scripts, SENTENCE),
    ("markup-in-headings.html", texts.markup_in_headings, SENTENCE),
    # Texts.
    ("one-line.txt", texts.one_line, MUCH_TEXT),
    ("one-word.txt", texts.one_word, (f"{pdfs.SENTENCE}\n{'a' * texts.MEBIBYTE}",)),
    ("empty-lines.txt", texts.only_breaks, SENTENCE),
    ("page-breaks.txt", texts.page_breaks, MANY_PAGES),
    ("zero-bytes.txt", texts.nuls, NO_ENCODING),
    ("wide.txt", texts.wide, (f"{MORE}, à l’écart du besoin.",)),
    ("wide-without-mark.txt", partial(texts.wide, "utf-16-le"), (f"{MORE}, à l’écart du besoin.",)),
    ("noise.txt", texts.noise, NO_ENCODING),
    ("invalid.txt", texts.invalid, (f"{pdfs.SENTENCE} ÿþÃ(ð(Œ( et la suite.",)),
    ("orders-to-terminals.txt", texts.escapes, (texts.ESCAPED,)),
    # Nothing.
    ("empty.pdf", bytes, EMPTY),
    ("empty.docx", bytes, EMPTY),
    ("empty.odt", bytes, EMPTY),
    ("empty.html", bytes, EMPTY),
    ("zeros.txt", partial(bytes, 1000), EMPTY),
]


@pytest.mark.parametrize(("name", "make", "expected"), CASES, ids=[case[0] for case in CASES])
def test_what_becomes_of_it(
    library: Library,
    tmp_path: Path,
    name: str,
    make: Callable[[], bytes],
    expected: str | tuple[str, ...],
) -> None:
    path = put(tmp_path, name, make())
    (outcome,) = library.ingest([path]).files
    if isinstance(expected, str):
        assert (outcome.state, outcome.message) == (FileState.REFUSED, f"{name} {expected}")
    else:
        assert outcome.state is FileState.ADDED
        passages = passages_of(library, outcome.brochure_id)
        library.remove(outcome.brochure_id)
        assert passages == expected
    still_works(library)


def test_nothing_of_an_archive_or_a_pdf_is_unpacked_or_run(tmp_path: Path) -> None:
    """Read where every file that is opened is seen."""
    files = {
        "embedded.pdf": pdfs.embedded_file(),
        "javascript.pdf": pdfs.javascript(),
        "climbing.docx": archives.climbing_parts(),
        "macro.docx": archives.macro(),
        "outside.odt": LAUGHING_OPEN(archives.OUTSIDE),
        "scripts.html": texts.scripts(),
    }
    for name, data in files.items():
        put(tmp_path, name, data)
    told = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path), *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout) == (0, "[]\n"), told.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)


def test_one_bad_file_costs_the_others_nothing(library: Library, tmp_path: Path) -> None:
    put(tmp_path, "a.pdf", pdfs.nested_flate_bomb())
    put(tmp_path, "b.docx", archives.overlapping())
    put(tmp_path, "c.txt", pdfs.SENTENCE.encode())
    outcomes = library.ingest([tmp_path]).files
    assert [one.state for one in outcomes] == [
        FileState.REFUSED,
        FileState.REFUSED,
        FileState.ADDED,
    ]
    library.remove(outcomes[2].brochure_id)
    still_works(library)
