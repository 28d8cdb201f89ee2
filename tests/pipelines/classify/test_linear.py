"""The linear classifier tells papers apart by what they say, whatever state they are in."""

import random
import time
from pathlib import Path

import numpy as np
import pytest

from documents.arrival import Declaration
from documents.classification import Classification
from documents.theme import Theme
from documents.type_codes import type_code
from pipelines.classify.interface import Classifier
from pipelines.classify.linear import PACKAGED, LinearClassifier
from tests.contracts.classifiers import LABORATORY, PRESCRIPTION, ClassifierContract, pages
from training.corpus.damage import read_badly, without_accents

RADIOLOGY = """Indication : lombalgies droites fébriles, recherche d'un obstacle.
Technique : acquisition sans puis avec injection de produit de contraste.
Le rein droit est augmenté de taille, sans dilatation des cavités. Pas de calcul visible.
Foie homogène, vésicule alithiasique. Pas d'épanchement.
Conclusion : aspect de pyélonéphrite droite non compliquée."""
LETTER = """Cher confrère,
Je vous remercie de m'avoir confié cette patiente de 54 ans qui présente une dyspnée d'effort depuis trois mois.
Elle est suivie pour une hypertension traitée par ramipril. À l'examen, la tension est à 14/8, l'auscultation est libre,
il n'y a pas d'oedème des membres inférieurs. L'électrocardiogramme s'inscrit en rythme sinusal.
Je propose une épreuve d'effort et la reverrai ensuite. Bien confraternellement."""
SUMMARY = """Pathologies en cours
Diabète de type 2 depuis 2011
Hypertension artérielle
Antécédents chirurgicaux
Appendicectomie 1987
Allergies : pénicilline (urticaire)
Traitements au long cours
Metformine 850 mg, Ramipril 5 mg, Atorvastatine 20 mg
Facteurs de risque : tabac sevré en 2015"""
VACCINES = """DTP 12/03/2014 lot A1234
ROR 02/05/2010 lot B77
Hépatite B 1ère injection 04/01/2012, 2ème injection 08/02/2012
Prochain rappel : 03/2034"""
CERTIFICATE = """Je soussigné, docteur en médecine, certifie avoir examiné ce jour Monsieur X et n'avoir constaté aucune
contre-indication à la pratique de la course à pied en compétition. Certificat remis en main propre."""
ORDER = "Faire pratiquer au laboratoire : NFS, plaquettes, ionogramme, créatinine, TSH, bilan lipidique, à jeun."
PAPERS = {
    Theme.BIOLOGY: LABORATORY,
    Theme.TREATMENT: PRESCRIPTION,
    Theme.IMAGING: RADIOLOGY,
    Theme.REPORT: LETTER,
    Theme.SYNTHESIS: SUMMARY,
    Theme.PREVENTION: VACCINES,
    Theme.CERTIFICATE: CERTIFICATE,
}
LETTERHEAD = """CENTRE HOSPITALIER DU BOCAGE
Imagerie - Laboratoire - Urgences - Pharmacie - Centre de vaccination
Scanner, IRM, échographie sur rendez-vous"""


@pytest.fixture(scope="module")
def classifier() -> LinearClassifier:
    """Give the packaged classifier."""
    return LinearClassifier()


def theme(answer: Classification) -> Theme:
    """Give the theme of the best guess."""
    return type_code(answer.best.type_code).theme


class TestLinearClassifier(ClassifierContract):
    """The packaged model keeps the contract."""

    @pytest.fixture
    def classifier(self) -> Classifier:
        """Give a classifier that has loaded nothing yet."""
        return LinearClassifier()


@pytest.mark.parametrize("expected", PAPERS)
def test_each_kind_of_paper_finds_its_theme(classifier: LinearClassifier, expected: Theme) -> None:
    """None of these bears a title."""
    assert theme(classifier.classify(pages(PAPERS[expected]), Declaration())) is expected


@pytest.mark.parametrize("expected", PAPERS)
def test_capitals_and_lost_accents_change_nothing(classifier: LinearClassifier, expected: Theme) -> None:
    """Fax headers and old software write in capitals."""
    shouted = without_accents(PAPERS[expected]).upper()
    assert theme(classifier.classify(pages(shouted), Declaration())) is expected


@pytest.mark.parametrize("expected", PAPERS)
def test_a_poor_scan_keeps_its_theme(classifier: LinearClassifier, expected: Theme) -> None:
    """Four letters in a hundred are misread."""
    scanned = read_badly(PAPERS[expected], random.Random(3), 0.04)
    assert theme(classifier.classify(pages(scanned), Declaration())) is expected


@pytest.mark.parametrize("expected", PAPERS)
def test_a_letterhead_that_lists_every_activity_does_not_decide(classifier: LinearClassifier, expected: Theme) -> None:
    """A hospital prints its departments on all its paper."""
    assert theme(classifier.classify(pages(f"{LETTERHEAD}\n{PAPERS[expected]}"), Declaration())) is expected


def test_tests_that_are_asked_for_are_a_prescription_and_not_a_result(classifier: LinearClassifier) -> None:
    """The same words name the test on the order and on the result."""
    answer = classifier.classify(pages(ORDER), Declaration())
    assert answer.best.type_code == "PRESC-BIO"


@pytest.mark.parametrize(
    "text",
    [
        "Facture n° 1234. Désignation : ramettes de papier, cartouches d'encre. Total TTC 84,50 €, TVA 20 %.",
        "The train to the coast leaves every morning and arrives before noon, unless the line is closed.",
        "zx qkj vvb lll ooi prt qsd wxc nbv hgf",
        "Ingrédients : farine, beurre, trois oeufs. Cuire trente minutes à four chaud et servir tiède.",
    ],
)
def test_what_is_no_medical_paper_goes_to_a_person(classifier: LinearClassifier, text: str) -> None:
    """P11: a class for everything would file an invoice as a laboratory result."""
    assert not classifier.classify(pages(text), Declaration()).accepted


def test_a_declared_type_settles_what_the_content_allows(classifier: LinearClassifier) -> None:
    """A surgeon's software knows that its letter is a discharge letter."""
    assert classifier.classify(pages(LETTER), Declaration(type_code="11490-0")).best.type_code == "11490-0"


def test_a_declared_type_that_the_content_contradicts_is_not_believed(classifier: LinearClassifier) -> None:
    """P11: a feeder that codes everything as a laboratory report does not turn radiology into biology."""
    answer = classifier.classify(pages(RADIOLOGY), Declaration(type_code="11502-2"))
    assert theme(answer) is Theme.IMAGING


def test_a_certificate_is_filed_when_its_feeder_says_so_and_goes_to_a_person_otherwise(
    classifier: LinearClassifier,
) -> None:
    """P11: too few real certificates were read to leave a person out on the strength of the words alone."""
    alone = classifier.classify(pages(CERTIFICATE), Declaration())
    declared = classifier.classify(pages(CERTIFICATE), Declaration(type_code="89601-9"))
    assert theme(alone) is theme(declared) is Theme.CERTIFICATE
    assert (alone.accepted, declared.accepted) == (False, True)


def test_a_declaration_does_not_file_what_the_content_hardly_is(classifier: LinearClassifier) -> None:
    """P11: a feeder that codes everything as a certificate files no letter as one."""
    answer = classifier.classify(pages(LETTER), Declaration(type_code="89601-9"))
    assert not (answer.accepted and theme(answer) is Theme.CERTIFICATE)


def test_a_dropped_code_is_understood_as_its_successor(classifier: LinearClassifier) -> None:
    """Older laboratories declare pathology as 11526-1."""
    text = "Macroscopie : fragment cutané de 8 mm. Microscopie : naevus dermique sans atypie. Exérèse complète."
    assert classifier.classify(pages(text), Declaration(type_code="11526-1")).best.type_code == "60568-3"


def test_the_words_that_decided_are_the_documents_own(classifier: LinearClassifier) -> None:
    """A person who doubts is shown words that stand on the page."""
    reasons = classifier.classify(pages(LABORATORY), Declaration()).because
    assert reasons
    assert all(word in LABORATORY for phrase in reasons for word in phrase.split())


def test_a_decision_names_the_file_that_made_it(classifier: LinearClassifier) -> None:
    """The hash tells which model of all those ever shipped answered."""
    version, _, digest = classifier.classify(pages(LETTER), Declaration()).model.partition("+sha256:")
    assert version == "linear-5"
    assert len(digest) == 64


def test_a_document_takes_milliseconds(classifier: LinearClassifier) -> None:
    """P28: classification is never what a worker waits for; the limit leaves room for a busy machine."""
    long = pages(*[LETTER] * 3)
    classifier.classify(long, Declaration())
    begin = time.process_time()
    for _ in range(50):
        classifier.classify(long, Declaration())
    assert (time.process_time() - begin) / 50 < 0.02


def test_the_model_is_small_and_holds_no_code() -> None:
    """P28: a few megabytes of numbers, loadable without pickle."""
    assert PACKAGED.stat().st_size < 4_000_000
    with np.load(PACKAGED, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != np.object_ for name in arrays.files)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """A damaged model stops the worker instead of deciding at random."""
    path = tmp_path / "model.npz"
    path.write_bytes(b"not a model")
    with pytest.raises(ValueError, match=r"\w"):
        LinearClassifier(path).classify(pages(LETTER), Declaration())
