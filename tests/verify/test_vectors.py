"""A bundle kept as it was made: later versions of the checker must say the same of it."""

import json
from base64 import b64decode
from datetime import datetime

import pytest
from tests.verify.make_vectors import TARGET

from asylia_verify.check import check_files
from asylia_verify.policy import read_policy

VECTORS = json.loads(TARGET.read_text("utf-8"))


def files_of(shown):
    return {name: b64decode(content) for name, content in shown.items()}


@pytest.fixture(scope="module")
def kept_policy(tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "policy"
    path.write_text(VECTORS["policy"], "utf-8")
    return read_policy(path)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_each_vector_ends_as_it_says(case, kept_policy, openssl):
    files = files_of(VECTORS["files"]) | files_of(case["put"])
    files = {name: content for name, content in files.items() if name not in case["drop"]}
    now = datetime.fromisoformat(VECTORS["now"])
    verdict = check_files(files, kept_policy, now, openssl)
    assert verdict.verdict == case["expect"], verdict.wrong
    if case["names"]:
        assert verdict.wrong
        assert verdict.wrong.startswith(f"{case['names']}: ")
    unsure = check_files(files, None, now, openssl)
    assert unsure.verdict != "valid"
