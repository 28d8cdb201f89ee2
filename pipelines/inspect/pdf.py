"""PDF files: opened by pdfium, and by pypdf and qpdf when pdfium gives up."""

import io

import pikepdf
import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
from pypdf.errors import PyPdfError

from documents.errors import DamagedFile, NeedsPassword, NoPages, TooManyPages

#: Where the end marker must stand, in bytes from the end: some senders pad with zeros or a mail footer.
_TAIL = 4096


def open_pdf(original: bytes) -> pypdfium2.PdfDocument:
    """Open a PDF, repaired when it needs it and can be.

    A password that only restricts printing or copying is no obstacle to reading.

    Raises:
        NeedsPassword: It does not open without a password.
        DamagedFile: No parser makes sense of it.
    """
    try:
        return pypdfium2.PdfDocument(original)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_SECURITY:
            raise NeedsPassword from error
        # Anything else, even a missing password, may be what a broken file looks like to one parser: others are asked.
    for repair in (_rewritten_by_pypdf, _rewritten_by_qpdf):
        try:
            return pypdfium2.PdfDocument(repair(original))
        except (DamagedFile, pypdfium2.PdfiumError):
            continue
    raise DamagedFile


def prepare() -> None:
    """Let qpdf find its ciphers and its randomness while files are still within reach."""
    protected = io.BytesIO()
    with pikepdf.new() as document:
        document.save(protected, encryption=pikepdf.Encryption(owner="", user="x"))
    unlocked(protected.getvalue(), "x")


def unlocked(original: bytes, password: str) -> bytes:
    """Return a PDF without its protection, otherwise as it is.

    Raises:
        NeedsPassword: It is not the password.
        DamagedFile: It is no PDF that opens.
    """
    bare = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(original), password=password) as document:
            document.save(bare, encryption=False)
    except pikepdf.PasswordError as error:
        raise NeedsPassword from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise DamagedFile from error
    return bare.getvalue()


def count_pages(original: bytes, most: int) -> int:
    """Return the number of pages of a PDF.

    Raises:
        NeedsPassword: It does not open without a password.
        DamagedFile: It is cut short, or no parser makes sense of it.
        NoPages: It holds no page.
        TooManyPages: It holds more pages than allowed.
    """
    document = open_pdf(original)
    try:
        pages = len(document)
        if pages > most:
            # A broken or lying count: what can be walked through is what there is.
            pages = _pages_that_exist(document, most)
        if pages == 0:
            raise NoPages
        if pages > most:
            raise TooManyPages
        _load(document, pages - 1)
    finally:
        document.close()
    if b"%%EOF" not in original[-_TAIL:] and b"%%EOF" not in original.rstrip(b"\x00")[-_TAIL:]:
        # pdfium rebuilds a file that was cut off, without the pages that are missing: that must not pass as whole.
        raise DamagedFile
    return pages


def _pages_that_exist(document: pypdfium2.PdfDocument, most: int) -> int:
    try:
        _load(document, most)
    except DamagedFile:
        return _first_missing(document, most)
    return most + 1


def _first_missing(document: pypdfium2.PdfDocument, most: int) -> int:
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        try:
            _load(document, middle)
        except DamagedFile:
            high = middle
        else:
            low = middle + 1
    return low


def _load(document: pypdfium2.PdfDocument, index: int) -> None:
    try:
        document[index].close()
    except pypdfium2.PdfiumError as error:
        raise DamagedFile from error


def _rewritten_by_pypdf(original: bytes) -> bytes:
    try:
        reader = pypdf.PdfReader(io.BytesIO(original), strict=False)
        if reader.is_encrypted:
            raise NeedsPassword
        if not reader.pages:
            raise NoPages
        writer = pypdf.PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        rewritten = io.BytesIO()
        writer.write(rewritten)
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError) as error:
        raise DamagedFile from error
    return rewritten.getvalue()


def _rewritten_by_qpdf(original: bytes) -> bytes:
    rewritten = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(original)) as document:
            document.save(rewritten)
    except pikepdf.PasswordError as error:
        raise NeedsPassword from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise DamagedFile from error
    return rewritten.getvalue()
