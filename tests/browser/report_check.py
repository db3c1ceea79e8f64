"""What a browser finds wrong with a site folder; for the invented site and for real ones."""

import base64
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
# Labels of a plot that lie on each other; slanted ones have boxes that say nothing.
OVERLAPPING = """
Array.from(document.querySelectorAll('.plot')).flatMap(function (plot) {
  const found = [], kinds = '.xtick text, .ytick text, .x2tick text, .legendtext, .annotation-text';
  const texts = Array.from(plot.querySelectorAll(kinds)).filter(function (text) {
    return text.textContent.trim() && !/rotate\\((?!0[,)])/.test(text.getAttribute('transform') || '');
  });
  const boxes = texts.map(function (text) { return text.getBoundingClientRect(); });
  for (let one = 0; one < boxes.length; one += 1) {
    for (let other = one + 1; other < boxes.length; other += 1) {
      const [a, b] = [boxes[one], boxes[other]];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 3) {
        found.push(plot.id + ': ' + texts[one].textContent + ' | ' + texts[other].textContent);
      }
    }
  }
  return found;
})
"""
# Text that WCAG 2.1 (AA) finds too faint on its ground; what stands on marks of a plot is left out.
FAINT = """
(function () {
  function parts(text) {
    const found = text.match(/[\\d.]+/g).map(Number);
    return text.startsWith('color(srgb') ? [...found.slice(0, 3).map(part => 255 * part), found[3] ?? 1] :
      [...found.slice(0, 3), found[3] ?? 1];
  }
  function light(colour) {
    const [red, green, blue] = colour.map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
  function ground(element) {
    for (let here = element; here; here = here.parentElement) {
      const colour = parts(getComputedStyle(here).backgroundColor);
      if (colour[3] > 0.5) return colour;
    }
    return [255, 255, 255, 1];
  }
  const found = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const said = Array.from(element.childNodes).some(node => node.nodeType === 3 && node.textContent.trim());
    const elsewhere = element.closest('.bartext, .heatmap-label, .dag, script, option');
    if (!said || !element.getClientRects().length || elsewhere) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    const inside = element.namespaceURI.endsWith('svg');
    const both = [parts(inside ? style.fill : style.color), ground(element)]
      .map(each => light(each.slice(0, 3)));
    const contrast = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
    const large = size >= 24 || (size >= 18.6 && style.fontWeight >= 600);
    if (contrast < (large ? 3 : 4.5)) {
      found.add(element.tagName + ' ' + element.textContent.trim().slice(0, 30) + ' ' + contrast.toFixed(1));
    }
  }
  return Array.from(found);
})()
"""
# What moved after it was seen, by how much of the screen (layout shift); 0.1 is called good.
SHIFTED = """
new Promise(function (done) {
  const found = [];
  new PerformanceObserver(function (list) { found.push(...list.getEntries()); })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(function () {
    const moved = function (node) { return node && (node.id || node.className || node.nodeName); };
    done(found.filter(function (each) { return each.value > 0.05; }).map(function (each) {
      const names = each.sources.map(function (source) { return moved(source.node); });
      return each.value.toFixed(3) + ' by ' + names.join(', ');
    }));
  }, 100);
})
"""
# A page of cards says nothing before it has read them.
READ = "(window.widebandCards === undefined || document.documentElement.dataset.cards === 'read')"
DRAWN = "document.documentElement.dataset.plots === 'drawn'"
# Opens what has figures in it; how many these are.
UNFOLD = """
(function () {
  const folds = document.querySelectorAll('details.figures');
  if (folds.length) delete document.documentElement.dataset.plots;
  for (const fold of folds) fold.open = true;
  return folds.length;
})()
"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"


def look(browser: Browser, scheme: str = "light", media: str = "screen") -> None:
    """Show the pages that are opened from now on light or dark, on a screen or as they are printed."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.call("Emulation.setEmulatedMedia", media=media, features=features)


def picture(browser: Browser, width: int, place: Path) -> None:
    """Store what the open page looks like, from its top, as a picture."""
    high = min(browser.evaluate("document.documentElement.scrollHeight"), 4000)
    clip = {"x": 0, "y": 0, "width": width, "height": high, "scale": 1}
    taken = browser.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(base64.b64decode(taken["data"]))


def faults(browser: Browser, folder: Path, width: int = 1280) -> list[str]:
    """Console messages, network requests, undrawn plots and sideways scrolling of every page in `folder`."""
    pages = sorted(folder.glob("*.html"))
    return [f"{page.name}: {fault}" for page in pages for fault in _page_faults(browser, page, width)]


def _page_faults(browser: Browser, page: Path, width: int) -> list[str]:
    browser.open(page, width)
    browser.wait(READ)
    # The plot of times comes only when its page has loaded what stands beside the site.
    if browser.evaluate("document.querySelectorAll('.plot, #times').length"):
        browser.wait(DRAWN)
        if browser.evaluate(UNFOLD):
            browser.wait(DRAWN)
    found = [f"plot {name} was not drawn" for name in browser.evaluate(UNDRAWN)]
    if browser.evaluate(TOO_WIDE):
        found.append(f"scrolls sideways at {width} px")
    return [*browser.messages, *found]


def flaws(browser: Browser, page: Path, width: int) -> list[str]:
    """The faults of one page: also labels on each other, text that is too faint, and what moves once seen."""
    found = _page_faults(browser, page, width)
    found += [f"shifts {each}" for each in browser.evaluate(SHIFTED)]
    found += [f"labels overlap in {each}" for each in browser.evaluate(OVERLAPPING)]
    return found + [f"too faint: {each}" for each in browser.evaluate(FAINT)]
