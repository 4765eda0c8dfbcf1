"""The project's own files, as they stand in the folder, committed or not."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("hub", "kiosk", "sync", "yizhan")
# What make, the product and the tools leave behind; .gitignore names the same.
NOT_OURS = {"node_modules", "test-results", "var", "vendor"}


def files(pattern: str, *folders: str) -> list[Path]:
    """Our files whose name matches, under these folders or under all, as paths from ROOT."""
    found: set[Path] = set()
    tops = folders or [path.name for path in ROOT.iterdir() if path.is_dir() and ours(path.name)]
    for top in tops:
        found |= {path.relative_to(ROOT) for path in (ROOT / top).rglob(pattern) if path.is_file()}
    return sorted(path for path in found if all(map(ours, path.parts)))


def ours(name: str) -> bool:
    """Whether a folder or file of this name belongs to the project."""
    return name not in NOT_OURS and not name.startswith((".", "__pycache__"))


def read(path: Path) -> str:
    """The text of a file given from ROOT."""
    return (ROOT / path).read_text("utf-8")
