"""Stationery: letterheads with their logos, the frame with the patient's identity, signatures."""

from specimens.fonts import width, wrap
from specimens.marks import Box, Matrix, Rule, Scrawl
from specimens.paper import Frame, Letterhead, Signature
from specimens.pen import Pen


def put_letterhead(block: Letterhead, pen: Pen) -> None:
    """Set who writes, in the style's way."""
    style = pen.style
    top = pen.y
    if style.letterhead == "banner":
        pen.mark(Rule(x1=pen.left, y1=top, x2=pen.right, y2=top, colour=style.accent, stroke=3))
        pen.y -= 4
    shift = _put_logo(pen, top) if style.logo and style.letterhead in {"left", "banner"} else 0
    parted = bool(block.aside) and style.beside
    room = pen.room * (0.55 if parted else 1) - shift
    for number, text in enumerate(block.lines):
        strong = number < block.strong
        size = style.size + 2 if strong else style.size - 1
        font = style.display.bold if strong else style.display.regular
        for part in wrap(text, font, size, room):
            free = room - width(part, font, size)
            offset = 0 if parted else {"centre": free / 2, "right": free}.get(style.letterhead, 0)
            pen.lines([part], pen.left + shift + offset, font, size, style.accent)
    low = pen.y
    if block.aside:
        pen.y = top - 2 if style.beside else low - 4
        pen.lines(block.aside, pen.left + pen.room * 0.62, style.display.regular, style.size - 2)
    pen.y = min(pen.y, low) - 4
    if style.letterhead in {"banner", "centre"}:
        pen.rule(pen.right, stroke=0.6, below=6, colour=style.accent)
        pen.y -= 6
    pen.y -= style.size


def _put_logo(pen: Pen, top: float) -> float:
    """Draw the sign of a house at the left edge; returns the width it takes."""
    x, y, side = pen.left, top - 44, 34.0
    accent = pen.style.accent
    match pen.rng.randrange(3):
        case 0:
            pen.mark(Box(x=x + side / 3, y=y, width=side / 3, height=side, colour=accent, filled=True))
            pen.mark(Box(x=x, y=y + side / 3, width=side, height=side / 3, colour=accent, filled=True))
        case 1:
            pen.mark(Box(x=x, y=y, width=side, height=side, colour=accent, stroke=2))
            pen.mark(Box(x=x + 8, y=y + 8, width=side - 16, height=side - 16, colour=accent, filled=True))
        case _:
            for bar in range(4):
                height = side * (0.4 + 0.2 * bar)
                pen.mark(Box(x=x + bar * 9, y=y, width=6, height=height, colour=accent, filled=True))
    return side + 14


def put_frame(block: Frame, pen: Pen) -> None:
    """Set the patient's identity, in a box or not, with the Datamatrix at its right."""
    style = pen.style
    side = pen.rng.choice((45.0, 54.0, 62.0, 70.0)) if block.datamatrix else 0.0
    rows = [part for text in block.lines for part in wrap(text, style.body.bold, style.size, pen.room - side - 24)]
    height = max(len(rows) * pen.step, side) + 12
    pen.need(height + 8)
    pen.y -= 4
    top = pen.y
    if style.boxed:
        pen.mark(Box(x=pen.left, y=top - height, width=pen.room, height=height, colour=style.accent))
    pen.y -= 3
    for number, text in enumerate(rows):
        font = style.body.bold if number == 0 else style.body.regular
        pen.lines([text], pen.left + 7, font, style.size)
    if block.datamatrix:
        pen.mark(Matrix(x=pen.right - side - 8, y=top - side - 6, side=side, payload=block.datamatrix))
    pen.y = top - height


def put_signature(block: Signature, pen: Pen) -> None:
    """Set the name of who signs, over a scrawl."""
    style = pen.style
    pen.need(pen.step * len(block.lines) + 62)
    x = pen.left + pen.room * pen.rng.choice((0, 0.45, 0.55))
    pen.y -= style.size
    for text in block.lines:
        pen.lines(wrap(text, style.body.regular, style.size, pen.right - x), x, style.body.regular, style.size)
    pen.mark(_scrawl(pen, x + 10, pen.y - 26))
    pen.y -= 46


def _scrawl(pen: Pen, x: float, y: float) -> Scrawl:
    strokes = pen.rng.randint(3, 6) * 3
    drawn = ((x + (n + 1) * pen.rng.uniform(4, 9), y + pen.rng.uniform(-14, 16)) for n in range(strokes))
    return Scrawl(points=((x, y), *drawn))
