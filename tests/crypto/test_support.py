"""The start-up check passes here and refuses a machine that lacks what sealing needs."""

from collections.abc import Callable

import pytest
from cryptography.exceptions import InternalError, UnsupportedAlgorithm

from asylia.crypto.support import require_post_quantum
from asylia.errors import ForgedError, UnavailableError


def test_this_machine_is_able() -> None:
    require_post_quantum()


def raising(error: Exception) -> Callable[[], str]:
    def probe() -> str:
        raise error

    return probe


@pytest.mark.parametrize(
    "probe",
    [
        raising(UnsupportedAlgorithm("ML-KEM-768 is not supported by this backend.")),
        raising(InternalError("openssl", [])),
        raising(ImportError("no HPKE")),
        raising(AttributeError("MLKEM768_X25519")),
        raising(ForgedError("does not open")),
        lambda: "00" * 32,
    ],
)
def test_a_machine_that_lacks_it_or_has_it_wrong_is_refused(probe: Callable[[], str]) -> None:
    with pytest.raises(UnavailableError) as caught:
        require_post_quantum(probe)
    assert caught.value.hint
