"""RFC 3161 time stamps: asked for, verified at once, kept as received.

Upholds: a response that is kept was verified against the configured roots, over these very bytes
and this request's nonce.  Refuses a service that answers anything else.  What the service learns
is one SHA-256 of signed bytes, and when it was asked.
"""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from asylia.crypto.certificates import parse_pem
from asylia.errors import ForgedError, MalformedError, UnavailableError

Stamper = Callable[[bytes], bytes]
LIMIT = 1 << 16
_TYPE = "application/timestamp-query"


@dataclass(frozen=True)
class StampService:
    """One authority: where it answers, and the PEM roots that its stamps must lead to."""

    url: str
    roots: tuple[str, ...]
    client: httpx.Client

    def __call__(self, data: bytes) -> bytes:
        """The raw response over SHA-256 of ``data``.

        Raises ``UnavailableError`` where nobody answers, ``MalformedError`` where the answer is no
        response, ``ForgedError`` where it does not hold.
        """
        builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
        request = builder.build()
        response = self._ask(request.as_bytes())
        try:
            parsed = decode_timestamp_response(response)
        except ValueError:
            raise MalformedError("the stamp service did not answer with a time stamp") from None
        verifier = VerifierBuilder.from_request(request)
        for root in self.roots:
            for certificate in parse_pem(root):
                verifier = verifier.add_root_certificate(certificate)
        try:
            verifier.build().verify_message(parsed, data)
        except (VerificationError, ValueError):
            raise ForgedError(
                "the time stamp does not hold under the configured roots",
                hint="Is this the right service, and are these its certificates?",
            ) from None
        return response

    def _ask(self, request: bytes) -> bytes:
        try:
            headers = {"Content-Type": _TYPE}
            with self.client.stream("POST", self.url, content=request, headers=headers) as answer:
                answer.raise_for_status()
                response = b""
                for chunk in answer.iter_bytes():
                    response += chunk
                    if len(response) > LIMIT:
                        raise MalformedError("the stamp service's answer is too long")
                return response
        except (httpx.HTTPError, httpx.InvalidURL):
            raise UnavailableError(
                "the stamp service did not answer",
                hint="Nothing was exported; try again when it can be reached.",
            ) from None
