"""What a browser finds wrong with a site folder; for the invented site and for real ones."""

from pathlib import Path

from chromium import Browser

# A plot counts as drawn when its main layer holds marks with an extent: lines, points, bars, cells.
UNDRAWN = """
Array.from(document.querySelectorAll('.plot')).filter(function (plot) {
  const kinds = ['.scatterlayer path', '.barlayer path', 'image'];
  const marks = plot.querySelectorAll(kinds.map(function (kind) { return '.main-svg ' + kind; }).join(', '));
  return !Array.from(marks).some(function (mark) {
    const box = mark.getBoundingClientRect();
    return box.width > 1 || box.height > 1;
  });
}).map(function (plot) { return plot.id; })
"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"


def faults(browser: Browser, folder: Path, width: int = 1280) -> list[str]:
    """Console messages, network requests, undrawn plots and sideways scrolling of every page in `folder`."""
    pages = sorted(folder.glob("*.html"))
    return [f"{page.name}: {fault}" for page in pages for fault in _page_faults(browser, page, width)]


def _page_faults(browser: Browser, page: Path, width: int) -> list[str]:
    browser.open(page, width)
    # The plot of times comes only when its page has loaded what stands beside the site.
    if browser.evaluate("document.querySelectorAll('.plot, #times').length"):
        browser.wait("document.documentElement.dataset.plots === 'drawn'")
    found = [f"plot {name} was not drawn" for name in browser.evaluate(UNDRAWN)]
    if browser.evaluate(TOO_WIDE):
        found.append(f"scrolls sideways at {width} px")
    return [*browser.messages, *found]
