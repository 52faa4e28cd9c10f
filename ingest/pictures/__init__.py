"""Pages as pictures, and where a text stands on them."""

from ingest.pictures.pdf_pages import PdfPages

__all__ = ["PdfPages"]
