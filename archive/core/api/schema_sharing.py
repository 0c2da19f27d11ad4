"""Makes the description of the API small: what many operations share is written once."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_PLACES = {"query": "", "path": "path_", "header": "header_"}


def share_components(
    result: dict[str, Any], generator: Any, request: Any, public: Any
) -> dict[str, Any]:
    """Postprocessing hook: equal parameters and problem answers become shared components.

    Components are sorted, so that the document never depends on the order of imports.
    """
    operations = list(_operations(result))
    components = result.setdefault("components", {})
    components["parameters"] = _share_parameters(operations)
    components["responses"] = _share_problems(operations)
    result["components"] = {
        kind: dict(sorted(entries.items())) for kind, entries in sorted(components.items())
    }
    return result


def _operations(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in result.get("paths", {}).values():
        for method, operation in path.items():
            if method in _METHODS:
                yield operation


def _share_parameters(operations: list[dict[str, Any]]) -> dict[str, Any]:
    uses = Counter(
        _key(parameter) for operation in operations for parameter in operation.get("parameters", ())
    )
    shared: dict[str, Any] = {}
    names: dict[str, str] = {}
    for operation in operations:
        parameters = operation.get("parameters", [])
        for place, parameter in enumerate(parameters):
            key = _key(parameter)
            if uses[key] > 1:
                if key not in names:
                    names[key] = _free_name(parameter, operation["operationId"], shared)
                    shared[names[key]] = parameter
                parameters[place] = {"$ref": f"#/components/parameters/{names[key]}"}
    return shared


def _share_problems(operations: list[dict[str, Any]]) -> dict[str, Any]:
    shared: dict[str, Any] = {}
    for operation in operations:
        responses = operation.get("responses", {})
        for status, response in responses.items():
            if int(status) >= 400:
                name = f"Problem{status}"
                shared.setdefault(name, response)
                if shared[name] == response:
                    responses[status] = {"$ref": f"#/components/responses/{name}"}
    return shared


def _free_name(parameter: dict[str, Any], operation: str, taken: dict[str, Any]) -> str:
    name = _PLACES[parameter["in"]] + parameter["name"].replace("-", "_").lower()
    return name if name not in taken else f"{operation}_{name}"


def _key(parameter: dict[str, Any]) -> str:
    return json.dumps(parameter, sort_keys=True)
