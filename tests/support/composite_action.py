"""A composite GitHub Action, run as the runner does it: its own steps in bash, with the variables GitHub gives them."""

from __future__ import annotations

import os
import re
import site
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


@dataclass
class Result:
    """What a run of an action came to: its exit code, all it printed, its outputs and its summary."""

    exit_code: int = 0
    printed: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""


class CompositeAction:
    """The action whose `action.yml` is in `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.definition: dict[str, Any] = yaml.safe_load((root / "action.yml").read_text(encoding="utf-8"))

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Its steps, as they are written."""
        steps: list[dict[str, Any]] = self.definition["runs"]["steps"]
        return steps

    def run(self, workspace: Path, environment: Mapping[str, str], *, installed: str = "", **inputs: str) -> Result:
        """Run the steps in `workspace` until one fails; `environment` is that of the job.

        Inputs that are not given have their defaults; `_` stands for `-` in their names. Files of the runner lie beside
        the workspace. With the Python in which all is `installed`, the step that installs is left out.
        """
        values = {f"inputs.{name}": str(one.get("default", "")) for name, one in self.definition["inputs"].items()}
        given = {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        assert given.keys() <= values.keys()
        values |= given
        files = {name: workspace.parent / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        github = {"GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": str(self.root), "GITHUB_WORKSPACE": str(workspace)}
        if installed:
            values["steps.install.outputs.python"] = installed
        result = Result()
        for step in (step for step in self.steps if not (installed and step["id"] == "install")):
            for path in files.values():
                path.write_text("")
            own = {name: self._expanded(text, values) for name, text in step["env"].items()}
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],  # noqa: S607
                cwd=workspace / self._expanded(step.get("working-directory", "."), values),
                env={**environment, **github, **{name: str(path) for name, path in files.items()}, **own},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            result.exit_code = done.returncode
            result.printed += done.stdout
            result.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
            outputs = _outputs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))
            values |= {f"steps.{step['id']}.outputs.{name}": value for name, value in outputs.items()}
            if done.returncode:
                break
        for name, output in self.definition["outputs"].items():
            result.outputs[name] = self._expanded(output["value"], values)
        return result

    @staticmethod
    def _expanded(text: str, values: Mapping[str, str]) -> str:
        return _EXPRESSION.sub(lambda found: values.get(found[1], ""), text)


def _outputs(text: str) -> dict[str, str]:
    """The outputs in a file of `NAME=VALUE` and `NAME<<END ... END`."""
    found: dict[str, str] = {}
    lines = text.splitlines()
    while lines:
        line = lines.pop(0)
        if match := re.match(r"([\w-]+)<<(.+)", line):
            end = lines.index(match[2])
            found[match[1]] = "\n".join(lines[:end])
            del lines[: end + 1]
        else:
            name, equals, value = line.partition("=")
            assert equals, f"no output: {line!r}"
            found[name] = value
    return found


def job_environment(directory: Path) -> dict[str, str]:
    """The environment of a job with a fresh Python first on its path, which finds what is installed here.

    pytest-auth-provider itself is not installed there; what it needs is, so that pip has nothing to fetch.
    """
    venv.create(directory, with_pip=False, symlinks=True)
    (packages,) = directory.glob("lib/python*/site-packages")
    (packages / "what_is_there.pth").write_text("\n".join(site.getsitepackages()))
    path = os.pathsep.join([str(directory / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path}
