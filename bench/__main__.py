"""``python -m bench NAME [options]``: one of the reference workloads; without a name, which there are."""

import importlib
import pkgutil
import sys

import bench


def main() -> None:
    names = sorted(
        module.name
        for module in pkgutil.iter_modules(bench.__path__)
        if module.name not in {"__main__", "databases", "generate"}
    )
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        for name in names:
            print(f"{name}: {(importlib.import_module(f'bench.{name}').__doc__ or '').splitlines()[0]}")
        sys.exit(0 if len(sys.argv) < 2 else f"no workload {sys.argv[1]!r}")
    name = sys.argv.pop(1)
    importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
