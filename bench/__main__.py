"""``python -m bench NAME [options]``: one of the reference workloads; without a name, which there are."""

import ast
import importlib
import sys
from pathlib import Path


def workloads() -> dict[str, str]:
    """By name, the first lines of the workloads' docstrings; helpers' do not begin with their own name."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        about = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        if about.startswith(f"``{path.stem}``: "):
            found[path.stem] = about
    return found


def main() -> None:
    known = workloads()
    if len(sys.argv) < 2 or sys.argv[1] not in known:
        print("\n".join(known.values()))
        sys.exit(0 if len(sys.argv) < 2 else f"no workload {sys.argv[1]!r}")
    name = sys.argv.pop(1)
    importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
