from __future__ import annotations

from tests.reading.rows import endpoint_row, listed
from watcher.catalog.names import EndpointKey, ModelId
from watcher.reading.reader import Reader

GLM = ModelId("z-ai/glm-5.2")


def test_zero_retention_is_being_listed() -> None:
    rows = [endpoint_row(), endpoint_row(), endpoint_row("novita"), endpoint_row(model_id=None)]

    sheet = Reader().zdr(listed(*rows))

    assert list(sheet.rows) == [
        EndpointKey(GLM, "deepinfra/fp8", 0),
        EndpointKey(GLM, "deepinfra/fp8", 1),
        EndpointKey(GLM, "novita", 0),
    ]
    assert sheet.bad[0].reason == "no model_id"


def test_zero_retention_that_was_not_answered_is_a_fault() -> None:
    assert Reader().zdr({"error": {"code": 500, "message": "Oops"}}).fault == "error 500: Oops"
