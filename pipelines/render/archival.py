"""What makes a PDF one for archives: the claim, and the colours that its numbers mean (ISO 19005-2, PDF/A-2b)."""

import re
from functools import cache
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import ImageCms

from pipelines.render.glyphless import deflated

_XMP: Final = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
#: Where a profile keeps the time at which it was made (ICC.1:2010, 7.2.8).
_MADE: Final = slice(24, 36)
#: A claim of level A, as element or attribute: it promises a tagged structure, which recognised words do not have.
_LEVEL_A: Final = re.compile(rb"(pdfaid:conformance\s*(?:>|=\s*[\"'])\s*)A")


def claim(document: pikepdf.Pdf) -> None:
    """Make a PDF that was built for it say that it is PDF/A-2b."""
    profile = deflated(document, srgb(), N=3)
    intent = Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB IEC61966-2.1"), DestOutputProfile=profile,
    )  # fmt: skip
    document.Root.OutputIntents = Array([document.make_indirect(intent)])
    document.Root.Metadata = Stream(document, _XMP, Type=Name.Metadata, Subtype=Name.XML)


def keep_to_the_truth(document: pikepdf.Pdf) -> None:
    """Lower a claim of level A to level B, which still holds once words without structure were added."""
    metadata = document.Root.get(Name.Metadata)
    if not isinstance(metadata, Stream):
        return
    said = metadata.read_bytes()
    lowered = _LEVEL_A.sub(rb"\g<1>B", said)
    if lowered != said:
        document.Root.Metadata = Stream(document, lowered, Type=Name.Metadata, Subtype=Name.XML)


@cache
def srgb() -> bytes:
    """Return the profile of sRGB, the same bytes at every call and in every process."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_MADE] = bytes.fromhex("07ea00010001000000000000")
    return bytes(profile)
