"""Build the two sample brochures from their sources; two runs write the same bytes.

Usage: python corpus/source/build_sample.py [FOLDER]   (default: corpus/)
Needs reportlab and python-docx, which the product itself does not.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sample_text import SOURCE, load_brochure

# The bytes in the repository were written with these; another release may draw differently.
BUILT_WITH = {"reportlab": "5.1.0", "python-docx": "1.2.0"}
PDF_SOURCE = SOURCE / "synthese-hauts-de-france.toml"
DOCX_SOURCE = SOURCE / "logement-accompagne-bretagne.toml"


def build(folder: Path) -> list[Path]:
    """Write both samples into a folder and say which files were written."""
    from sample_docx import build_docx
    from sample_pdf import build_pdf

    written = []
    for source, suffix, write in (
        (PDF_SOURCE, "pdf", build_pdf),
        (DOCX_SOURCE, "docx", build_docx),
    ):
        brochure = load_brochure(source)
        path = folder / f"{brochure.slug}.{suffix}"
        write(brochure, path)
        written.append(path)
    return written


def main(arguments: list[str]) -> int:
    """Build into the folder that was named, or next to the sources."""
    folder = Path(arguments[0]) if arguments else SOURCE.parent
    folder.mkdir(parents=True, exist_ok=True)
    for path in build(folder):
        print(path.name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
