"""The structure holds: one direction of flow, one checkout, one door each."""

import ast
import subprocess
import sys
from pathlib import Path

import crawlers
import dashboard
import pipeline

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("crawlers", "pipeline", "dashboard")


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Top-level names of every absolute import of a module, wherever in it they stand."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_the_packages_imported_are_those_of_this_checkout():
    for package in (crawlers, pipeline, dashboard):
        assert Path(str(package.__file__)).resolve().parents[1] == ROOT


def test_the_import_contracts_are_kept_and_all_of_them_are_checked():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "not present" not in done.stdout
    assert "Missing layer" not in done.stdout
    assert "0 broken" in done.stdout


def test_the_domain_uses_the_standard_library_only():
    for path in modules("pipeline/domain"):
        assert imported(path) <= set(sys.stdlib_module_names) | {"pipeline"}, path


def test_the_environment_is_read_in_settings_only():
    for package in PACKAGES:
        for path in modules(package):
            if path != ROOT / "pipeline" / "settings.py":
                assert "os.environ" not in path.read_text(), path
                assert "getenv(" not in path.read_text(), path


def test_one_module_only_asks_for_documents_in_spite_of_robots_txt():
    asking = [path for path in modules("crawlers") if '"dont_obey_robotstxt"' in path.read_text()]
    assert len(asking) == 1


def test_no_host_of_a_package_index_stands_in_the_code_or_in_what_is_shipped():
    hosts = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "debian" + ".org"]
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in filter(None, tracked):
        path = ROOT / name
        if path.exists():
            content = path.read_bytes()
            assert not [host for host in hosts if host.encode() in content], name
