"""The packages as others use them: packed, installed elsewhere, built into a page, and live in a browser."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from domain.simulation.company import DEMO_TENANT
from tests.e2e.node import FRONTEND, node_environment, run
from tests.e2e.screen import PATIENCE_MS, be_live, fill_in
from tests.e2e.servers import ROOT, ServerProcess, answers
from tests.e2e.writer import Writer
from tests.processes import Child, free_port

GUIDE = (ROOT / "docs" / "FRONTEND_INTEGRATION_GUIDE.md").read_text()
NAMES = ["client", "view", "react", "vue", "styles"]
TENANT = DEMO_TENANT.email

NPM_OPTIONS = (
    *("--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts", "--prefer-offline"),
    # npm asks the registry for what comes as an archive, too: without these it waits a minute if that fails.
    *("--fetch-retries=4", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=3000"),
)

PAGE = """<!doctype html>
<html lang="en">
  <title>An application of one's own</title>
  <body>
    <div id="root">{inside}</div>
    <script type="module" src="/src/{entry}"></script>
  </body>
</html>
"""
# What src/plain.ts of the guide expects to find.
PLAIN = """<p id="status"></p><p id="calls"></p>
<form hidden>
  <input name="email" aria-label="Email"><input name="password" aria-label="Password"><button>Sign in</button>
</form>"""
PAGES = {"plain": ("plain.ts", PLAIN), "react": ("react.tsx", ""), "vue": ("vue.ts", "")}

# The declarations of libraries are not skipped: the packages' own are looked at too.
TSCONFIG = """
{
  "compilerOptions": {
    "target": "ES2022", "lib": ["ES2022", "DOM", "DOM.Iterable"], "types": ["vite/client"],
    "module": "ESNext", "moduleResolution": "bundler", "allowImportingTsExtensions": true,
    "jsx": "react-jsx", "strict": true, "noEmit": true, "skipLibCheck": false
  },
  "include": ["src"]
}
"""


def files_of_the_guide() -> dict[str, str]:
    """The blocks of the guide that are files: their first line is a comment with the name."""
    blocks = re.findall(r"^```tsx?\n// (\S+)\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)
    return dict(blocks)


def pinned() -> list[str]:
    """What an application brings itself, in the versions that the workspace is tested with."""
    lock = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
    names = ["vite", "typescript", "react", "react-dom", "vue", "@types/react", "@types/react-dom"]
    return [f"{name}@{lock[f'node_modules/{name}']['version']}" for name in names]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one archive of each package."""
    folder = tmp_path_factory.mktemp("archives")
    run("npm", "run", "--silent", "packages", "--", folder, cwd=FRONTEND)
    return folder


@pytest.fixture(scope="module")
def application(archives: Path, shared_demo: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide's application, outside of the workspace: installed, type-checked and built."""
    folder = tmp_path_factory.mktemp("application")
    (folder / "package.json").write_text('{"name": "own", "private": true, "type": "module"}')
    (folder / "tsconfig.json").write_text(TSCONFIG)
    for name, text in files_of_the_guide().items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("127.0.0.1:8000", shared_demo.url.removeprefix("http://")))
    for name, (entry, inside) in PAGES.items():
        (folder / f"{name}.html").write_text(PAGE.format(entry=entry, inside=inside))
    run("npm", "install", *NPM_OPTIONS, *sorted(archives.glob("*.tgz")), *pinned(), cwd=folder)
    run("npx", "tsc", cwd=folder)
    inputs = [f"{name}.html" for name in PAGES]
    build = f"""
import {{ build }} from "vite";
await build({{ logLevel: "warn", build: {{ rolldownOptions: {{ input: {json.dumps(inputs)} }} }} }});
"""
    (folder / "build.mjs").write_text(build)
    run("node", "build.mjs", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def preview(application: Path) -> Iterator[str]:
    """Where the built application is served, with what it asks of the server passed on."""
    port = free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--strictPort"]
    vite = application / "node_modules" / "vite" / "bin" / "vite.js"
    child = Child(
        ["node", vite, "preview", *options],
        log=application / "preview.log",
        env=node_environment(),
        cwd=application,
    )
    address = f"http://127.0.0.1:{port}"
    child.wait_ready(lambda: answers(f"{address}/plain.html"), seconds=180)
    yield address
    child.end()


async def number_at(page: Page, place: str) -> int:
    """The number that stands there, once one does."""
    shown = page.locator(place)
    await expect(shown).to_have_text(re.compile(r"^\d+$"), timeout=PATIENCE_MS)
    return int(await shown.inner_text())


@pytest.mark.parametrize("kit", PAGES)
async def test_the_guides_application_shows_live_figures(
    kit: str, preview: str, writer: Writer, new_page: Callable[..., Awaitable[Page]]
) -> None:
    page = await new_page()
    await page.goto(f"{preview}/{kit}.html")
    await fill_in(page, TENANT)
    before = await number_at(page, "#calls")
    call = await asyncio.to_thread(writer.receive_call, tenant=TENANT)
    await expect(page.locator("#calls")).to_have_text(str(before + 1), timeout=PATIENCE_MS)
    await asyncio.to_thread(writer.abandon_call, call=call)
    if kit == "plain":
        await expect(page.locator("#status")).to_have_text("live", timeout=PATIENCE_MS)
        return
    await expect(page.locator(".dashboard--user")).to_be_visible(timeout=PATIENCE_MS)
    await be_live(page)
    # The styles are there: the summary cards stand beside each other.
    display = await page.locator(".summary-cards").evaluate("each => getComputedStyle(each).display")
    assert display == "grid"
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.locator(".dashboard")).to_have_count(0, timeout=PATIENCE_MS)


@pytest.mark.parametrize("name", NAMES)
def test_a_package_brings_what_it_names_and_names_what_it_imports(name: str, application: Path) -> None:
    folder = application / "node_modules" / "@switchboard" / name
    package: dict[str, Any] = json.loads((folder / "package.json").read_text())
    assert package["license"] == "MIT"
    assert package["description"]
    assert "private" not in package
    assert not (folder / "src").exists()
    assert not (folder / "tests").exists()
    if name == "styles":
        assert package["sideEffects"] == ["*.css"]
        imported = re.findall(r'@import "\./(.*?)"', (folder / "index.css").read_text())
        assert imported
        assert all((folder / file).is_file() for file in imported)
        return
    entry = package["exports"]["."]
    assert (folder / entry["types"]).is_file()
    assert (folder / entry["default"]).is_file()
    known = {*package.get("dependencies", {}), *package.get("peerDependencies", {})}
    for script in folder.glob("dist/**/*.js"):
        for module in re.findall(r'(?:from|import\() ?"([^"]+)"', script.read_text()):
            own = module.startswith("./")
            scoped = "/".join(module.split("/")[: 2 if module.startswith("@") else 1])
            assert (script.parent / module).is_file() if own else scoped in known, (script.name, module)


def test_the_packages_depend_on_each_other_in_the_version_that_they_have() -> None:
    packages = {
        name: json.loads((FRONTEND / "packages" / name / "package.json").read_text()) for name in NAMES
    }
    versions = {package["name"]: package["version"] for package in packages.values()}
    for package in packages.values():
        for name, version in package.get("dependencies", {}).items():
            if name in versions:
                assert version == versions[name]
