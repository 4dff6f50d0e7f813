"""Builds what is deployed: one folder per function and layer, and the template that points at them.

`python -m tools.build`                 everything; what did not change is not built again
`python -m tools.build one ID FOLDER`   one function or layer; called by `sam build` through the Makefile
`python -m tools.build hash NAME=VALUE` CodeHash of a deployment with these other parameters

Both ways give the same tree (tests/house/test_build.py). The decision: docs/adr/0003.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tools import template as templates
from tools.wheels import Target, compile_all, fetch, normalise, runs_here, uv_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT: Final = Path(__file__).resolve().parents[1]
MARK: Final = "fingerprints.json"
NOT_SHIPPED: Final = ("__pycache__", "tests")
DATA_OF_THE_ADAPTERS: Final = ("destinations", "merchants", "banks", "terminals")  # people edit them


@dataclass(frozen=True)
class Artifact:
    """One function or layer. `fingerprint` is the SHA-256 of all that goes into it, fit as a cache key."""

    logical_id: str
    source: Path
    path: Path
    fingerprint: str


@dataclass(frozen=True)
class Build:
    """A finished build: deploy `template` with the parameter CodeHash = `code_hash(the other parameters)`."""

    template: Path
    source: Path
    artifacts: tuple[Artifact, ...]

    def code_hash(self, parameters: Mapping[str, str] | None = None) -> str:
        """Return the value of the CodeHash parameter for a deployment with these other parameters."""
        return code_hash(self.artifacts, self.source, parameters or {})


def build(target: Target = Target.EMBEDDED, *, root: Path = ROOT, out: Path | None = None) -> Build:
    """Bring `.aws-sam/build` up to date and return what is in it.

    Raises:
        subprocess.CalledProcessError: the wheels of the runtime layer cannot be had.
    """
    out = out or root / ".aws-sam" / "build"
    out.mkdir(parents=True, exist_ok=True)
    with (out.parent / f"{out.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two builds at once would take folders from under each other
        return _brought_up_to_date(target, root, out)


def _brought_up_to_date(target: Target, root: Path, out: Path) -> Build:
    template = templates.load(root / "template.yaml")
    artifacts = plan(template, target, root=root, out=out)
    mark = out / MARK
    known = json.loads(mark.read_text()) if mark.exists() else {}
    mark.unlink(missing_ok=True)  # an interrupted build must not be believed
    wanted = {artifact.logical_id: artifact.fingerprint for artifact in artifacts}
    for stale in known.keys() - wanted.keys():
        shutil.rmtree(out / stale, ignore_errors=True)
    for artifact in artifacts:
        if known.get(artifact.logical_id) != artifact.fingerprint or not artifact.path.is_dir():
            fill(artifact.path, artifact.source, target, root=root)
    (out / "template.yaml").write_text(templates.dump(pointed_at_artifacts(template, root=root, out=out)))
    mark.write_text(json.dumps(wanted, indent=1))
    return Build(out / "template.yaml", root / "template.yaml", artifacts)


def plan(template: dict[str, Any], target: Target, *, root: Path, out: Path) -> tuple[Artifact, ...]:
    """Name every function and layer of the template, with the fingerprint its folder must have."""
    sources = {
        logical_id: root / resource["Properties"][key]
        for kind, key in ((templates.FUNCTION, "CodeUri"), (templates.LAYER, "ContentUri"))
        for logical_id, resource in templates.resources(template, kind).items()
    }
    return tuple(
        Artifact(logical_id, source, out / logical_id, fingerprint(source, target, root=root))
        for logical_id, source in sources.items()
    )


def fingerprint(source: Path, target: Target, *, root: Path) -> str:
    """Hash names and contents of all that makes an artifact, the builder and its Python included."""
    byte_code = sys.implementation.cache_tag if runs_here(target) else "no byte code"
    digest = hashlib.sha256(f"{byte_code} {uv_options(target) if is_runtime(source) else ''}".encode())
    files = {"requirements": source / "requirements.txt"} if is_runtime(source) else layout(source, root=root)
    builder = {file.name: file for file in (Path(__file__), Path(__file__).with_name("wheels.py"))}
    for place, file in (files | builder).items():
        digest.update(f"\0{place}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def code_hash(artifacts: Iterable[Artifact], template: Path, parameters: Mapping[str, str]) -> str:
    """Return the value of the CodeHash parameter: it changes with code, template and parameters.

    Where AutoPublishCodeSha256 is set, SAM publishes a version for no other change: a new timeout, or a VAN
    that moved to another port, would stay unknown behind the aliases.
    """
    lines = sorted(f"{artifact.logical_id} {artifact.fingerprint}" for artifact in artifacts)
    told = [lines, template.read_text(encoding="utf-8"), dict(parameters)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def fill(folder: Path, source: Path, target: Target, *, root: Path) -> None:
    """Lay one artifact out as Lambda will unpack it, replacing whatever was there."""
    shutil.rmtree(folder, ignore_errors=True)
    if is_runtime(source):
        wheels = fetch(source / "requirements.txt", target, root / ".cache" / "wheels")
        shutil.copytree(wheels, folder / "python")
        return
    for place, file in layout(source, root=root).items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / place)
    if runs_here(target):
        compile_all(folder)
    for file in folder.rglob("*"):
        normalise(file)


def is_runtime(source: Path) -> bool:
    """Tell the layers of wheels from the layers of our own."""
    return source.parent.name == "layers" and (source / "requirements.txt").exists()


def layout(source: Path, *, root: Path) -> dict[str, Path]:
    """Say which file lies where in the artifact of one source folder: place → file."""
    if source.parent.name == "functions":
        package = source.parent / "__init__.py"
        return ({"functions/__init__.py": package} if package.exists() else {}) | dict(
            placed(f"functions/{source.name}", source)
        )
    data = DATA_OF_THE_ADAPTERS if source.name == "payment_adapters" else ()
    return dict(placed("python", source / "src")) | {
        place: file for name in data for place, file in placed(f"python/{name}", root / name)
    }


def placed(prefix: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Walk a folder in an order that every machine agrees on, past tests, caches and hidden files."""
    for entry in sorted(folder.iterdir()):
        if entry.name in NOT_SHIPPED or entry.name.startswith(".") or entry.suffix == ".pyc":
            continue
        if entry.is_dir():
            yield from placed(f"{prefix}/{entry.name}", entry)
        else:
            yield f"{prefix}/{entry.name}", entry


def pointed_at_artifacts(template: dict[str, Any], *, root: Path, out: Path) -> dict[str, Any]:
    """Return the template as `sam build` writes it: sources become artifacts, other paths start at `out`."""

    def pointed(logical_id: str, resource: dict[str, Any]) -> dict[str, Any]:
        properties = dict(resource.get("Properties", {}))
        is_built = False
        for key in ("CodeUri", "ContentUri"):
            if resource["Type"] in (templates.FUNCTION, templates.LAYER) and key in properties:
                properties[key] = logical_id
                is_built = True
        if isinstance(properties.get("DefinitionUri"), str):
            properties["DefinitionUri"] = os.path.relpath(root / properties["DefinitionUri"], out)
        metadata = {**resource.get("Metadata", {}), "SamResourceId": logical_id} if is_built else None
        return {**resource, "Properties": properties, **({"Metadata": metadata} if metadata else {})}

    resources = {name: pointed(name, resource) for name, resource in template["Resources"].items()}
    return {**template, "Resources": resources}


def main(arguments: list[str] | None = None) -> int:
    """Run one of the three commands; RELAY_TARGET chooses the target of all of them."""
    parser = argparse.ArgumentParser(prog="python -m tools.build", description="Build what is deployed.")
    commands = parser.add_subparsers(dest="command")
    one = commands.add_parser("one", help="one function or layer, for `sam build`")
    one.add_argument("logical_id")
    one.add_argument("folder", type=Path)
    commands.add_parser("hash", help="print CodeHash").add_argument(
        "parameters", nargs="*", metavar="NAME=VALUE"
    )
    chosen = parser.parse_args(arguments)
    target = Target(os.environ.get("RELAY_TARGET", Target.EMBEDDED))
    out = ROOT / ".aws-sam" / "build"
    try:
        if chosen.command is None:
            print(build(target).template)
            return 0
        artifacts = plan(templates.load(ROOT / "template.yaml"), target, root=ROOT, out=out)
        if chosen.command == "hash":
            others = dict(parameter.split("=", 1) for parameter in chosen.parameters)
            print(code_hash(artifacts, ROOT / "template.yaml", others))
            return 0
        (chosen.folder.parent / MARK).unlink(missing_ok=True)  # the next incremental build looks for itself
        source = next(artifact.source for artifact in artifacts if artifact.logical_id == chosen.logical_id)
        fill(chosen.folder, source, target, root=ROOT)
    except subprocess.CalledProcessError as failure:
        sys.stderr.write(f"The wheels of a layer cannot be had (uv exit code {failure.returncode}).\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
