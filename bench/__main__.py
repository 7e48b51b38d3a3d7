"""Runs each module's ``run()``, one after the other, and writes ``bench/results.json``."""

import importlib
import json
import pkgutil
from pathlib import Path

import bench

FOLDER = Path(__file__).resolve().parent


def main() -> None:
    results = {}
    for found in pkgutil.iter_modules(bench.__path__):
        if found.name == "__main__":
            continue
        module = importlib.import_module(f"bench.{found.name}")
        if hasattr(module, "run"):
            print(f"{found.name} …", flush=True)
            results[found.name] = module.run()
            print(json.dumps(results[found.name], indent=1), flush=True)
    text = json.dumps(results, indent=1, sort_keys=True) + "\n"
    (FOLDER / "results.json").write_text(text)


main()
