"""Places of the fictional world: communes with their official codes and postcodes, and countries of birth."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """A commune or a country where one can be born or live."""

    #: Code officiel géographique: five characters, 99xxx for a country.
    code: str
    postcode: str
    name: str

    @property
    def department(self) -> str:
        """The department, as two characters of the code (97 overseas)."""
        return self.code[:2]


def _places(table: str) -> tuple[Place, ...]:
    rows = (row.strip().split(maxsplit=2) for row in table.strip().splitlines())
    return tuple(Place(code, postcode, name) for code, postcode, name in rows)


#: Communes of mainland France: births, homes and practices.
COMMUNES: Final = _places("""
    75112 75012 Paris
    75056 75010 Paris
    13055 13005 Marseille
    69123 69003 Lyon
    31555 31000 Toulouse
    06088 06000 Nice
    44109 44000 Nantes
    34172 34000 Montpellier
    67482 67000 Strasbourg
    33063 33000 Bordeaux
    59350 59000 Lille
    35238 35000 Rennes
    51454 51100 Reims
    76351 76600 Le Havre
    42218 42000 Saint-Étienne
    83137 83000 Toulon
    38185 38000 Grenoble
    21231 21000 Dijon
    49007 49000 Angers
    30189 30000 Nîmes
    69266 69100 Villeurbanne
    63113 63000 Clermont-Ferrand
    72181 72000 Le Mans
    13001 13100 Aix-en-Provence
    29019 29200 Brest
    37261 37000 Tours
    80021 80000 Amiens
    87085 87000 Limoges
    74010 74000 Annecy
    66136 66000 Perpignan
    25056 25000 Besançon
    57463 57000 Metz
    45234 45000 Orléans
    76540 76000 Rouen
    68224 68100 Mulhouse
    14118 14000 Caen
    54395 54000 Nancy
    59512 59100 Roubaix
    84007 84000 Avignon
    86194 86000 Poitiers
    17300 17000 La Rochelle
    64445 64000 Pau
    62193 62100 Calais
    68066 68000 Colmar
    26362 26000 Valence
    18033 18000 Bourges
    29232 29000 Quimper
    10387 10000 Troyes
    79191 79000 Niort
    73065 73000 Chambéry
    56121 56100 Lorient
    56260 56000 Vannes
    64102 64100 Bayonne
    49099 49300 Cholet
    53130 53000 Laval
    81004 81000 Albi
    19031 19100 Brive-la-Gaillarde
    41018 41000 Blois
    27229 27000 Évreux
    90010 90000 Belfort
    05061 05000 Gap
    15014 15000 Aurillac
    32013 32000 Auch
""")

#: Communes of Corsica: their codes exist since 1976.
CORSICA: Final = _places("""
    2A004 20000 Ajaccio
    2A247 20137 Porto-Vecchio
    2B033 20200 Bastia
    2B096 20250 Corte
""")

#: Communes overseas.
OVERSEAS: Final = _places("""
    97411 97400 Saint-Denis
    97416 97410 Saint-Pierre
    97209 97200 Fort-de-France
    97120 97110 Pointe-à-Pitre
    97302 97300 Cayenne
""")

#: Countries of birth; their postcode is empty and written as a dash here.
COUNTRIES: Final = _places("""
    99352 - Algérie
    99350 - Maroc
    99351 - Tunisie
    99139 - Portugal
    99134 - Espagne
    99127 - Italie
    99341 - Sénégal
    99326 - Côte d'Ivoire
    99109 - Allemagne
    99131 - Belgique
    99243 - Viêt Nam
    99208 - Turquie
    99122 - Pologne
    99312 - République démocratique du Congo
    99333 - Madagascar
    99205 - Liban
    99140 - Suisse
""")
