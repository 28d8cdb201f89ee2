"""The settings of the web: where it is, who vouches for those who come in, how long they stay, how much they bring."""

from typing import Annotated

from pydantic import BaseModel, Field, SecretStr


class DoorSettings(BaseModel):
    """What an installation sets for its web process: a part of `verso.settings.Settings`."""

    #: Where people reach the web pages, as their browsers name it: scheme, host and port.
    web_url: str = "http://127.0.0.1:8400"
    #: Address on which the web process listens.
    web_host: str = "127.0.0.1"
    #: Port on which it listens.
    web_port: Annotated[int, Field(ge=0, le=65535)] = 8400
    #: Password of the local accounts. They exist for development alone, and only when this is set.
    local_password: SecretStr | None = None
    #: URL of the OpenID provider that vouches for people and programs (Pro Santé Connect). Default: none.
    oidc_issuer: str | None = None
    #: What this installation is called at the provider.
    oidc_client_id: str | None = None
    #: Its secret there.
    oidc_client_secret: SecretStr | None = None
    #: What is asked of the provider; Pro Santé Connect wants ``openid scope_all``.
    oidc_scope: str = "openid"
    #: The claim by which people are known; ``SubjectNameID`` for Pro Santé Connect, which gives the national number.
    oidc_subject: str = "sub"
    #: How sure the provider must have been of the person; ``eidas1`` for Pro Santé Connect. Default: not asked.
    oidc_acr: str | None = None
    #: The audience that a program's token must be for. Default: the web's URL.
    token_audience: str | None = None
    #: The header in which a proxy in front passes the SHA-256 of a client's certificate, hex, and which it strips from
    #: what comes from outside. Default: certificates let nobody in.
    certificate_header: str | None = None
    #: A visit ends after this time without anything being asked, in seconds.
    session_idle_seconds: Annotated[float, Field(gt=0)] = 1800.0
    #: A visit ends after this time whatever is asked, in seconds.
    session_seconds: Annotated[float, Field(gt=0)] = 43200.0
    #: Most files of one submission.
    most_files: Annotated[int, Field(gt=0)] = 1000
    #: Requests that one visitor may make in a minute.
    requests_a_minute: Annotated[int, Field(gt=0)] = 1200
    #: Files received at once, each whole in memory for that moment.
    receiving_at_once: Annotated[int, Field(gt=0)] = 2
    #: An upload of which nothing has come in for this time is given up, in seconds.
    upload_idle_seconds: Annotated[float, Field(gt=0)] = 86400.0
