"""The OpenID provider that vouches for people and programs: Pro Santé Connect in production."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from documents.errors import Interrupted
from verso.settings import Settings
from web.problems import Unknown

#: Signatures that are taken: asymmetric ones alone, and never ``none``.
_ALGORITHMS: Final = ["RS256", "PS256", "ES256"]
#: Seconds for which the provider's description and keys are kept, and least seconds between two looks at them.
_KEPT: Final = 3600.0
_LEAST_BETWEEN: Final = 10.0
_PATIENCE: Final = 10.0
#: Seconds by which clocks may differ.
_LEEWAY: Final = 30


class ProviderSilent(Interrupted):
    """The OpenID provider did not answer as it should. Check it; signing in works again by itself."""

    code = "provider-silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What is kept of a visitor while they are at the provider."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class Provider:
    """Speaks OpenID Connect: the code flow with PKCE for people, signed tokens for programs. Safe for many threads."""

    def __init__(self, issuer: str, settings: Settings) -> None:
        """Remember where it is. Asks nothing yet."""
        self.issuer = issuer
        self._settings = settings
        self._lock = threading.Lock()
        self._read_at = -_KEPT
        self._described: dict[str, Any] = {}
        self._keys: KeySet | None = None

    @property
    def _way_back(self) -> str:
        return f"{self._settings.web_url}/retour"

    def send_away(self) -> tuple[str, Departure]:
        """Return where a visitor is to sign in, and what to keep until they are back.

        Raises:
            ProviderSilent: It does not answer.
        """
        departure = Departure(state=generate_token(43), nonce=generate_token(43), verifier=generate_token(64))
        extra = {"acr_values": self._settings.oidc_acr} if self._settings.oidc_acr else {}
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._description()["authorization_endpoint"],
                state=departure.state,
                code_verifier=departure.verifier,
                nonce=departure.nonce,
                **extra,
            )
        return str(url), departure

    def welcome_back(self, departure: Departure, state: str, code: str) -> str:
        """Return the name under which the provider knows who came back.

        Raises:
            Unknown: They are not who left, or the provider does not vouch for them.
            ProviderSilent: It does not answer.
        """
        if state != departure.state:
            raise Unknown
        with self._client() as client:
            try:
                token = client.fetch_token(
                    self._description()["token_endpoint"], code=code, code_verifier=departure.verifier
                )
                said = self._proven(token["id_token"], self._settings.oidc_client_id or "")
                if said.get("nonce") != departure.nonce or not self._is_sure(said):
                    raise Unknown
                return self._name(said, client)
            except (OAuthError, KeyError) as error:
                raise Unknown from error
            except httpx2.HTTPError as error:
                raise ProviderSilent from error

    def bearer(self, token: str, audience: str) -> str:
        """Return the name for which an access token stands.

        Raises:
            Unknown: It is none of this provider's for this audience, or its time is over.
            ProviderSilent: It does not answer.
        """
        said = self._proven(token, audience)
        name = said.get("client_id") or said.get("azp") or said.get("sub")
        if not isinstance(name, str):
            raise Unknown
        return name

    def _name(self, said: dict[str, Any], client: OAuth2Client) -> str:
        claim = self._settings.oidc_subject
        if claim not in said:
            answer = client.get(self._description()["userinfo_endpoint"])
            told = answer.raise_for_status().json()
            if told.get("sub") != said.get("sub"):
                raise Unknown
            said = said | told
        name = said.get(claim)
        if not isinstance(name, str) or not name:
            raise Unknown
        return name

    def _is_sure(self, said: dict[str, Any]) -> bool:
        return self._settings.oidc_acr is None or said.get("acr") == self._settings.oidc_acr

    def _proven(self, token: str, audience: str) -> dict[str, Any]:
        """Return the claims of a token whose signature, issuer, audience and time are right."""
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )
        for fresh in (False, True):
            try:
                said = jwt.decode(token, self._key_set(fresh=fresh), algorithms=_ALGORITHMS).claims
                rules.validate(said)
            except (JoseError, ValueError) as error:
                # A provider changes its keys when it likes: only the second look is the last word.
                if fresh:
                    raise Unknown from error
            else:
                return dict(said)
        raise Unknown

    def _client(self) -> OAuth2Client:
        secret = self._settings.oidc_client_secret
        return OAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            redirect_uri=self._way_back,
            scope=self._settings.oidc_scope,
            code_challenge_method="S256",
            timeout=_PATIENCE,
        )

    def _description(self) -> dict[str, Any]:
        self._read(older_than=_KEPT)
        return self._described

    def _key_set(self, *, fresh: bool) -> KeySet:
        self._read(older_than=_LEAST_BETWEEN if fresh else _KEPT)
        if self._keys is None:
            raise ProviderSilent
        return self._keys

    def _read(self, older_than: float) -> None:
        """Read what the provider says of itself, unless that was done a short while ago."""
        with self._lock:
            if time.monotonic() - self._read_at < older_than:
                return
            try:
                with httpx2.Client(timeout=_PATIENCE) as client:
                    said = client.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                    described = said.raise_for_status().json()
                    keys = client.get(described["jwks_uri"]).raise_for_status().json()
            except (httpx2.HTTPError, ValueError, KeyError) as error:
                raise ProviderSilent from error
            if described.get("issuer") != self.issuer:
                raise ProviderSilent
            self._described, self._keys = described, KeySet.import_key_set(keys)
            self._read_at = time.monotonic()
