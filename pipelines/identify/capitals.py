"""Lines in capitals that may be somebody's name: an addressee's window, the first line of a trace; never a heading."""

import re
from collections.abc import Iterator
from typing import Final

#: Two to four words of capitals alone on a line, as DUPONT MARIE or MARTIN-LEGRAND JEAN PAUL.
_LINE: Final = re.compile(
    r"^ *((?:[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'\u2019\-]{2,} +){1,3}[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'\u2019\-]{2,})[ .]*$", re.MULTILINE
)
#: Words and endings of headings, houses and places, in capitals without accents.
_NO_NAME: Final = re.compile(
    r"\b(?:ACTES?|ADRESSE|ANALYSES?|ANTECEDENTS|AVENUE|AVIS|BILAN|BOULEVARD|CABINET|CENTRE|CERTIFICAT|CHIRURGIE|CHU|"
    r"CLINIQUE|CODE|COMPTE|CONSULTATION|COPIE|COURRIER|DATE|DOCTEUR|DOSSIER|DUPLICATA|ECG|EN|ET|EXAMENS?|FACE|FEUILLE|"
    r"FICHE|FRANCE|GAUCHE|DROITE?|HAUT|BAS|HOPITAL|HOPITAUX|IMPASSE|IRM|LETTRE|LIAISON|MAISON|MEDECINE?|NOTE|ORDONNANCE|"
    r"ORIGINAL|PAGE|PAR|PATIENTE?|PHARMACIE|PLACE|POLE|POUR|PROFIL|RECU|RENDU|RENSEIGNEMENTS|REPOS|RESULTATS?|ROUTE|RUE|"
    r"SAINTE?|SANG|SANTE|SCANNER|SECRET|SERVICE|SORTIE|SOINS|SUITE|SYNTHESE|TRACE|URGENCES?|URGENT|VALEURS?|VITESSE|VOLET|"
    r"DES|DU|AU|AUX|SUR|SOUS|SANS|AVEC|DANS|LES|UNE?|PIED|MAIN|GENOU|EPAULE|THORAX|ABDOMEN|CRANE|BASSIN|RACHIS|COEUR|FOIE|"
    r"\w+(?:GRAPHIES?|GRAMMES?|SCOPIES?|METRIES?|LOGI[EQ]\w*|IQUES?|TIONS?|MENTS?|ISTES?|TAIRES?|ELLES?|OSES?|ALES?|AUX|"
    r"ANCES?|ENCES?|URES?|TEURS?|ITES?|EMIES?|TIFS?|TIVES?|EES?|EUX))\b"
)


def find(text: str, folded: str) -> Iterator[tuple[int, int]]:
    """Yield where a line of capitals that may be a name stands in a page's text.

    Args:
        text: The page's text as printed: capitals are told from small letters by it.
        folded: The same, folded.
    """
    for line in _LINE.finditer(text):
        if not _NO_NAME.search(folded, line.start(1), line.end(1)):
            yield line.start(1), line.end(1)
