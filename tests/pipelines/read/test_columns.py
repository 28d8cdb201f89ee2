"""Columns are read one after the other, rows of a table across."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipelines.read.cleaning import even_paper
from pipelines.read.columns import regions_of
from pipelines.read.ink import ink_of
from pipelines.read.raster import Raster
from pipelines.read.region import Region
from tests.pipelines.files import A4, FONT

LEFT = ["Centre hospitalier de Niort", "12 rue des Acacias", "79000 Niort", "Accueil : 05 49 00 00 00"]
RIGHT = ["Dr Anne MOREAU", "Cardiologie", "Dr Paul LEROY", "Pneumologie"]


def regions(*columns: tuple[int, int, list[str]], pitch: int = 46) -> list[Region]:
    """Print columns at places of a page, each with its first baseline, and find its regions."""
    picture = Image.new("L", A4, 255)
    pen = ImageDraw.Draw(picture)
    for left, top, lines in columns:
        for row, line in enumerate(lines):
            pen.text((left, top + row * pitch), line, fill=0, font=ImageFont.truetype(str(FONT), 28))
    pen.text((140, 900), "Cher confrère, je vous remercie de m'avoir adressé cette patiente.", fill=0,
             font=ImageFont.truetype(str(FONT), 28))  # fmt: skip
    return regions_of(ink_of(even_paper(Raster(gray=np.asarray(picture), dpi=200.0))))


def test_a_page_of_one_column_is_read_whole() -> None:
    """Nothing is cut where nothing stands side by side."""
    assert len(regions((140, 160, LEFT))) == 1


def test_the_columns_of_a_letterhead_are_read_one_after_the_other() -> None:
    """Lines that do not share their baselines are two columns; what stands below is read after both."""
    left, right, below = regions((140, 160, LEFT), (1000, 178, RIGHT))
    assert left.column
    assert right.column
    assert left.right <= right.left
    assert below.top >= max(left.bottom, right.bottom)


def test_the_rows_of_a_table_are_read_across() -> None:
    """Lines that share their baselines are rows."""
    names = ["Sodium", "Potassium", "Chlore", "Urée", "Glycémie"]
    values = ["140 mmol/L", "4,1 mmol/L", "102 mmol/L", "5,2 mmol/L", "0,98 g/L"]
    assert len(regions((140, 160, names), (700, 160, values), (1150, 160, values))) == 1


def test_the_last_line_of_a_column_may_be_longer_than_it() -> None:
    """It stays with its column, before the next one."""
    longer = [*LEFT, "Établissement de santé privé d'intérêt collectif, membre du groupe de l'Ouest"]
    parts = regions((140, 160, longer), (1100, 150, RIGHT[:3]))
    assert [part.column for part in parts][:3] == [True, False, True]
    assert parts[1].top >= parts[0].bottom
    assert parts[2].left >= parts[0].right


PARAGRAPH = [
    "Cher confrère, je vous remercie de m'avoir",
    "adressé cette patiente de soixante ans pour",
    "une dyspnée survenue au cours de la nuit.",
    "",
]
TEXT = PARAGRAPH * 3


def test_paragraphs_that_end_side_by_side_are_of_two_columns() -> None:
    """A gap across both columns does not end them: the left one is read to its end, then the right one."""
    parts = regions((100, 100, TEXT), (860, 100, TEXT))
    assert [part.column for part in parts] == [True, True, False]
    assert parts[0].bottom - parts[0].top > 200


def test_a_list_of_practitioners_runs_down_beside_the_letter() -> None:
    """Hospitals print it in the margin: it is read whole, and never into the sentences beside it."""
    margin = ["Chef de service", "Pr Anne DUVAL", "", "", "Praticiens", "Dr Luc PETIT", "Dr Eva ROY", "", "Secrétariat"]
    parts = regions((60, 110, margin), (560, 100, TEXT))
    assert [part.column for part in parts][:2] == [True, True]
    assert all(part.bottom - part.top > 200 for part in parts[:2])
