"""The contract of readers: one is accepted by passing it."""

from documents.inspection import Inspection
from documents.page import Page, Source
from pipelines.read.interface import Reader
from tests.pipelines.files import (
    LETTER,
    dicom_capture,
    heic,
    joined_pdf,
    jpeg,
    letter_pdf,
    page_picture,
    png,
    scanned_pdf,
    tiff,
)

PDF = "application/pdf"


def read(reader: Reader, original: bytes, media_type: str, pages: int = 1) -> list[Page]:
    """Read a whole document."""
    return list(reader.read(original, Inspection(media_type=media_type, pages=pages), 1, pages))


class ReaderContract:
    """Inherited by the test class of each reader, which gives the fixture ``reader``."""

    def test_a_born_digital_page_is_read_by_its_text(self, reader: Reader) -> None:
        """Text, words and places come from the layer, surely."""
        (page,) = read(reader, letter_pdf(LETTER), PDF)
        assert page.source is Source.TEXT
        assert page.text == LETTER
        assert page.confidence == 1.0
        assert [word.text for word in page.words] == LETTER.split()
        assert 0.09 < page.words[0].box.left < 0.11

    def test_a_scan_is_read_by_its_pixels(self, reader: Reader) -> None:
        """Text, words with their lines and places, and a confidence below certainty."""
        (page,) = read(reader, scanned_pdf(page_picture(LETTER)), PDF)
        assert page.source is Source.OCR
        assert page.text == LETTER
        assert page.words[-1].line == LETTER.count("\n")
        assert 0.07 < page.words[0].box.left < 0.1
        assert 0.8 < (page.confidence or 0) < 1.0

    def test_each_page_of_a_mixed_document_is_judged_by_itself(self, reader: Reader) -> None:
        """A scanned page after a born-digital one is read (P8), and a blank back is known as blank (P34)."""
        mixed = joined_pdf(letter_pdf(LETTER), scanned_pdf(page_picture(LETTER), page_picture("")), letter_pdf(LETTER))
        pages = read(reader, mixed, PDF, 4)
        assert [page.source for page in pages] == [Source.TEXT, Source.OCR, Source.BLANK, Source.TEXT]
        assert pages[1].text == LETTER
        assert [page.number for page in pages] == [1, 2, 3, 4]

    def test_some_pages_may_be_asked_for(self, reader: Reader) -> None:
        """Parts of a long document are read apart (P31)."""
        original = letter_pdf("Un", "Deux", "Trois", "Quatre")
        pages = list(reader.read(original, Inspection(media_type=PDF, pages=4), 2, 3))
        assert [(page.number, page.text) for page in pages] == [(2, "Deux"), (3, "Trois")]

    def test_a_scan_lying_on_its_side_is_turned(self, reader: Reader) -> None:
        """The turn is found, applied and told (P35)."""
        (page,) = read(reader, png(page_picture(LETTER).rotate(90, expand=True)), "image/png")
        assert page.text == LETTER
        assert page.turned == 90

    def test_a_scan_upside_down_is_turned(self, reader: Reader) -> None:
        """Up and down are told apart by reading, since lines look alike (P35)."""
        (page,) = read(reader, png(page_picture(LETTER).rotate(180)), "image/png")
        assert page.text == LETTER
        assert page.turned == 180

    def test_the_turn_that_a_file_states_is_no_turn_of_ours(self, reader: Reader) -> None:
        """A camera's note and a PDF's rotation are part of how the page is shown."""
        sideways = page_picture(LETTER).rotate(90, expand=True)
        (photo,) = read(reader, jpeg(sideways, turn=6), "image/jpeg")
        (scan,) = read(reader, scanned_pdf(sideways, rotate=90), PDF)
        assert (photo.text, photo.turned) == (LETTER, 0)
        assert (scan.text, scan.turned) == (LETTER, 0)

    def test_every_frame_and_format_is_read(self, reader: Reader) -> None:
        """TIFF pages, telephone pictures and DICOM captures give the same text."""
        picture = page_picture(LETTER)
        fax = picture.point(lambda value: 255 * (value > 127)).convert("1")
        frames = read(reader, tiff([picture, picture.rotate(1.5, fillcolor=255)]), "image/tiff", 2)
        faxed = read(reader, tiff([fax], compression="group4"), "image/tiff")
        photo = read(reader, heic(picture), "image/heic")
        capture = read(reader, dicom_capture(picture), "application/dicom")
        assert {page.text for page in (*frames, *faxed, *photo, *capture)} == {LETTER}

    def test_plain_text_is_its_own_reading(self, reader: Reader) -> None:
        """Old code pages keep their accents (P38)."""
        (page,) = read(reader, LETTER.encode("cp1252"), "text/plain")
        assert (page.source, page.text) == (Source.TEXT, LETTER)

    def test_pale_negative_and_unevenly_lit_pages_are_read(self, reader: Reader) -> None:
        """What the scanner or the lamp did to the paper does not change the text."""
        pale = page_picture(LETTER, dark=170, light=235)
        negative = page_picture(LETTER, dark=240, light=20)
        assert {read(reader, png(picture), "image/png")[0].text for picture in (pale, negative)} == {LETTER}

    def test_a_garbled_layer_gives_way_to_what_is_seen_and_is_kept(self, reader: Reader) -> None:
        """Text that is not words is doubted, the page is read, and both are there to compare (P9)."""
        garbled = LETTER.translate({code: code + 7 for code in range(97, 116)})
        (page,) = read(reader, letter_pdf(garbled, invisible=True, behind=page_picture(LETTER)), PDF)
        assert (page.source, page.text) == (Source.OCR, LETTER)
        assert page.other_text is not None
        assert page.other_text.split() == garbled.split()

    def test_a_scan_beneath_a_line_of_text_is_read_as_well(self, reader: Reader) -> None:
        """A stamp of arrival in the layer does not hide the letter it was put on (P8)."""
        stamped = letter_pdf("Reçu le 12 mars 2024", behind=page_picture("\n\n\n\n" + LETTER))
        (page,) = read(reader, stamped, PDF)
        assert page.source is Source.OCR
        assert set(LETTER.splitlines()) <= set(page.text.splitlines())
        assert "Reçu le 12 mars 2024" in page.text

    def test_a_page_that_is_not_there_fails_alone(self, reader: Reader) -> None:
        """A failure is a page with a code; the pages before and after are read (P31)."""
        pages = read(reader, letter_pdf("Bonjour"), PDF, 2)
        assert [page.source for page in pages] == [Source.TEXT, Source.FAILED]
        assert pages[1].failure == "damaged-file"

    def test_reading_twice_gives_the_same(self, reader: Reader) -> None:
        """A reading is a pure function, but for its seconds."""
        original = scanned_pdf(page_picture(LETTER, dark=80, light=200))
        first, second = read(reader, original, PDF), read(reader, original, PDF)
        assert first[0].words == second[0].words

    def test_what_was_read_does_not_print(self, reader: Reader) -> None:
        """A page in a log or a trace shows no text."""
        assert "confrère" not in repr(read(reader, letter_pdf(LETTER), PDF))

    def test_a_page_lies_as_a_person_says(self, reader: Reader) -> None:
        """What was turned the wrong way is read as it was told, whatever it gives; a text layer keeps its text."""
        scan = scanned_pdf(page_picture(LETTER).rotate(-90, expand=True))
        seen = Inspection(media_type=PDF, pages=1)
        (right,) = reader.read(scan, seen, 1, 1, {1: 270})
        (wrong,) = reader.read(scan, seen, 1, 1, {1: 90})
        (digital,) = reader.read(letter_pdf(LETTER), seen, 1, 1, {1: 180})
        assert (right.turned, wrong.turned, digital.turned) == (270, 90, 180)
        assert LETTER.split()[0] in right.text
        assert LETTER.split()[0] not in wrong.text
        assert digital.text == LETTER
        assert digital.words[0].box.left > 0.5
