"""What a person would see at a glance and a program has to measure: nothing sticks out, nothing overlaps."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.e2e.screen import PATIENCE_MS

PHONE, TABLET, WALL = (360, 780), (768, 1024), (1920, 1080)
SIZES = (PHONE, TABLET, WALL)
THEMES = ("light", "dark")

# Texts that stick out of the page to the right, and pairs of texts of which one covers the other, by what is
# seen of them. Not looked at: what only screen readers read, what floats, and the tips of text that touch.
_FAULTS = """() => {
  const unseen = ".visually-hidden, .skip-link, [hidden], details:not([open]) table";
  const hidden = (element) => element.closest(unseen);
  const floats = (element) => element.closest(".toasts, .said, select");
  const seenOf = ({ left, top, right, bottom }, element) => {
    for (let around = element; around; around = around.parentElement) {
      if (getComputedStyle(around).overflowX === "visible") continue;
      const box = around.getBoundingClientRect();
      [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { left, top, right, bottom };
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || hidden(parent) || floats(parent) || !parent.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rectangle of range.getClientRects()) {
      const box = seenOf(rectangle, parent);
      if (box.right - box.left < 2 || box.bottom - box.top < 2) continue;
      texts.push({ text: node.textContent.trim(), box, node });
    }
  }
  const width = document.documentElement.clientWidth;
  const faults = texts.filter(({ box }) => box.right > width + 1).map(({ text }) => `sticks out: ${text}`);
  if (document.documentElement.scrollWidth > width) faults.push("the page scrolls sideways");
  texts.forEach(({ text, box, node }, index) => {
    for (const other of texts.slice(index + 1)) {
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (node !== other.node && across > 2 && down > 4) faults.push(`overlap: ${text} | ${other.text}`);
    }
  });
  return [faults, texts.length];
}"""


async def fits_at_every_size(page: Page) -> None:
    """Fail when anything sticks out or overlaps on a phone, a tablet or a wall."""
    before = page.viewport_size
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        await page.evaluate("new Promise(requestAnimationFrame)")
        faults, texts = await page.evaluate(_FAULTS)
        assert texts > 3, "nothing was looked at"
        assert not faults, f"{page.url} at {width} px: {faults}"
    assert before is not None
    await page.set_viewport_size(before)


async def axe_finds_nothing(page: Page) -> None:
    """Fail when axe has something to say in either theme."""
    for theme in THEMES:
        await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        results = await Axe().run(page)
        assert results.violations_count == 0, f"{page.url}, {theme}: {results.generate_report()}"


async def be_settled(page: Page) -> None:
    """Wait until the page behind the link has what it asked the server for."""
    main = page.locator("main")
    await expect(main.get_by_text("Loading …")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(main.locator("h1")).to_have_count(1)
    shown = main.locator("table, form, .section-card, .empty, .dashboard:not([aria-busy])")
    await expect(shown.filter(visible=True).first).to_be_visible(timeout=PATIENCE_MS)
