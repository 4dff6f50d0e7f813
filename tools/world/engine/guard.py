"""Refuse to patch a ministack other than the one the patches were written against.

Private names move without notice. A patch applied to a changed module could fail silently, and a silent
difference in a payment engine's stand-in is worse than no engine.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

MINISTACK_VERSION = "1.5.33"

# As `sha256sum` prints them, in ministack's folder.
_CHECKSUMS = """
2694306ee9187e1ae154685f0a357822da60863cf09a300f28b1fe315cd405b0  app.py
248375c338bf1f95eea0590278baf7be05c7dacd1a36e724de53a7a8b6753fdd  core/concurrency.py
59c8f7a843819fb64e014a2f72624b8a2f6d9592f050b62971c41630f6e8b00d  core/lambda_runtime.py
3cae1224c8d514c6d8db4c2e76abfa55442789fcc621c24cda85af7564e627f9  core/persistence.py
958775ef01a2ead80762599d029552b6841ef9e4db8650a20278bd33df3bed6d  core/responses.py
7caf5924925dcfcf82e8bf394a7f206a4d7fa6733a6e420e7960caf60870a41f  services/apigateway_v1.py
7b4b7ac0abc367ee2863a09e7d3d7f6cb7864ab0fb79a4f79d2c9e211825a030  services/cloudformation/__init__.py
f149bf06e13b9632f09c149aa943e434c3dbc552c54f04b78da8d0c3c20b3b87  services/cloudformation/changesets.py
c04511d694b7176a1f8fae784e342c7f820171e43bc2953d5d8e5ed8ef9cfcb5  services/cloudformation/engine.py
613beed6d584d97d7621530db90adc6ab4e8bef6900d1ab1a5f857df01dd8f0e  services/cloudformation/handlers.py
dd49f686252edf47101d737f94fb0d768d9badfcccb45dff91b41a5fac7538f7  services/cloudformation/provisioners.py
910b65d7386f7f1bae4496b5b293f2c0be470605e7d79d2e34d7b6f04a4bbfd0  services/cloudwatch.py
b8094a6fefaa165d3da0db75c9e6c86a54b4739d10d30f5136b0febd8d24699c  services/cloudwatch_logs.py
2b5f6ea45721320e91609d20402a2358095d745980aea46c8fb8fbeeede5fd5d  services/cognito.py
680c41de03dcf6e38aface491594c35e90842fc83ed0f399ac5ab9e57c053270  services/dynamodb.py
226d9c6ecdbd069f8cca9571a36140502170f1db9b5f314c57029eb2c661fd1b  services/eventbridge.py
f1f3e1b5c359d9f9222802cb63311a950cdae43f3fcb49e2be5a9c753d44b474  services/kinesis.py
f308d572dd7e2dca242e56f37e91a5e8f0b5d8e9873db65d33a4d6c6c886c49b  services/lambda_svc.py
15867b408e836d22270b78835a3f5ed1109030c49999c2f604ae2cc8eb5f0518  services/sns.py
4fcd505a84a6f7b9ed70b29717ccbb0d52b600ca0d93117a006edf99b3b8ae01  services/sqs.py
de5d123cf684c226b59a2a46c610d38ff9e8226a44bc2cab90fcee5b83886917  services/stepfunctions.py
"""

HOOKED_SOURCES: dict[str, str] = {
    name: digest for digest, name in (line.split() for line in _CHECKSUMS.strip().splitlines())
}


class UnknownMinistack(Exception):  # noqa: N818 - house style names the fact, not "Error"
    """The installed ministack is not the one the patches know; `differences` says how, one line each."""

    def __init__(self, differences: list[str]) -> None:
        self.differences = differences
        super().__init__(
            f"The embedded engine's patches know ministack {MINISTACK_VERSION} and this one differs: "
            f"{'; '.join(differences)}. Reinstall the engine's environment from requirements/engine.lock; "
            "after an intended upgrade, run tests/engine against it and record the new version and checksums "
            "in tools/world/engine/guard.py."
        )


def installed_sources() -> Path:
    """The directory that holds the installed ministack's modules."""
    spec = find_spec("ministack")
    if spec is None or spec.origin is None:
        raise UnknownMinistack(["it is not installed in this environment"])
    return Path(spec.origin).parent


def check(sources: Path | None = None) -> None:
    """Compare version and checksums of the installed ministack with the known ones.

    `sources` is the directory to read instead of the installed one. Raises `UnknownMinistack`.
    """
    differences: list[str] = []
    try:
        installed_version = version("ministack")
    except PackageNotFoundError:
        installed_version = "missing"
    if installed_version != MINISTACK_VERSION:
        differences.append(f"its version is {installed_version}")
    directory = sources or installed_sources()
    for name, expected in HOOKED_SOURCES.items():
        path = directory / name
        if not path.is_file():
            differences.append(f"{name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            differences.append(f"{name} has changed")
    if differences:
        raise UnknownMinistack(differences)
