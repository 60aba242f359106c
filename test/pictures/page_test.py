#!/usr/bin/env python3
"""Looks at pages of graphs in Chromium: they pan, zoom, find operations and show values, without network.

    page_test.py PAGES [FOLDER]   PAGES writes the pages; with FOLDER, screenshots are left there, and frame times printed

Exits 77, which ctest calls skipped, where Chromium isn't installed."""
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import browser

# Frames while the page pans, as the times between them in milliseconds.
FRAMES = """new Promise(done => {
  const times = [];
  let last = 0;
  const step = now => {
    if (last) times.push(now - last);
    last = now;
    pan(times.length % 2 ? -9 : -7, -11);
    if (times.length < 240) requestAnimationFrame(step);
    else done(times);
  };
  requestAnimationFrame(step);
})"""
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))"
# A frame every 16.7 ms is what a display wants; a loaded machine gets some leave.
WORST_MEDIAN = 50


class Test:
    def __init__(self, page):
        self.page, self.failures = page, []

    def expect(self, what, found, wanted):
        if found != wanted:
            self.failures.append(f"{what}: expected {wanted!r}, found {found!r}")

    def expect_that(self, what, holds, shown=""):
        if not holds:
            self.failures.append(f"{what} {shown}")

    def type(self, text):
        self.page.evaluate(f"search.value = {text!r}, search.dispatchEvent(new Event('input'))")
        return self.page.evaluate("[...found.children].map(line => line.textContent)")

    def key(self, key):
        self.page.evaluate(f"search.dispatchEvent(new KeyboardEvent('keydown', {{ key: {key!r} }}))")
        return self.page.evaluate("panel.innerText")


def test_sample(test):
    page = test.page
    test.expect("operations", page.evaluate("nodes.some(node => node.name === 'dense/inner/where')"), True)
    test.expect("scopes", sorted(page.evaluate("scopes.map(scope => scope.name)")), ["count", "dense", "dense/inner", "weights"])
    test.expect("found by name", test.type("INNER/wh"), ["dense/inner/where"])
    panel = test.key("Enter")
    for part in ("dense/inner/where", "f32[3]", "SampleGraph.h:", "[0 1 6.5]", "dense/relu"):
        test.expect_that("the panel lacks", part in panel, f"{part!r}: {panel!r}")
    test.expect("nothing found", test.type("no such name"), ["none"])
    test.key("Escape")
    test.expect("nothing is marked any more", page.evaluate("matches.size"), 0)
    overlapping = """(() => { let count = 0;
      for (const a of nodes) for (const b of nodes)
        if (a !== b && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + HEIGHT && b.y < a.y + HEIGHT) count++;
      return count; })()"""
    test.expect("boxes that overlap", page.evaluate(overlapping), 0)
    test.expect("edges that go up", page.evaluate("edges.filter(edge => edge.from.y >= edge.to.y).length"), 0)
    outside = """scopes.flatMap(scope => nodes.filter(node => !node.name.startsWith(scope.name + '/') && node.x < scope.x + scope.width &&
      scope.x < node.x + node.width && node.y < scope.y + scope.height && scope.y < node.y + HEIGHT).map(node => node.name))"""
    test.expect("boxes in a frame of another scope", page.evaluate(outside), [])


def test_moving(test):
    page = test.page
    page.evaluate(SETTLED)
    before = page.evaluate("({...view})")
    page.mouse("mousePressed", 700, 500)
    page.mouse("mouseMoved", 720, 500, buttons=1)
    page.mouse("mouseMoved", 800, 560, buttons=1)
    page.mouse("mouseReleased", 800, 560)
    after = page.evaluate("({...view})")
    test.expect("panned by", [round((before[axis] - after[axis]) * after["scale"]) for axis in "xy"], [100, 60])
    at = "({x: view.x + 300 / view.scale, y: view.y + 200 / view.scale})"
    point = page.evaluate(at)
    page.mouse("mouseWheel", 300, 200, button="none", deltaX=0, deltaY=-400)
    page.evaluate(SETTLED)
    test.expect_that("the wheel zooms", page.evaluate("view.scale") > 1.5 * after["scale"])
    moved = page.evaluate(at)
    test.expect_that("what is under the pointer stays there", all(abs(point[axis] - moved[axis]) < 1 for axis in "xy"))
    page.evaluate("fit()")
    page.evaluate(SETTLED)
    x, y, name = page.evaluate("(n => [(n.x + n.width / 2 - view.x) * view.scale, (n.y + 15 - view.y) * view.scale, n.name])(nodes[0])")
    page.mouse("mousePressed", x, y)
    page.mouse("mouseReleased", x, y)
    test.expect("a click selects", page.evaluate("selected && selected.name"), name)


def test_drawn(test):
    """That the canvas isn't empty."""
    colors = test.page.evaluate(SETTLED + """.then(() => {
      const data = context.getImageData(0, 0, canvas.width, canvas.height).data, seen = new Set();
      for (let i = 0; i < data.length; i += 4) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
      return seen.size; })""")
    test.expect_that("colors drawn:", colors > 10, colors)


def frame_times(page, view):
    page.evaluate(view)
    times = sorted(page.evaluate(FRAMES))
    return times[len(times) // 2], times[len(times) * 95 // 100], times[-1]


def run(program, pages, folder, keep):
    operations = int(subprocess.run([pages, folder], check=True, capture_output=True, text=True).stdout.split()[-1])
    failures = []
    with browser.Browser(program, folder / "profile") as page:
        for name in ("sample", "digits", "large"):
            test = Test(page)
            page.open(folder / f"{name}.html")
            if name == "sample":
                test_sample(test)
            if keep:
                page.evaluate(SETTLED)
                page.screenshot(folder / f"{name}.png")
            test_drawn(test)
            test_moving(test)
            test.expect("errors and requests", page.errors(), [])
            failures += [f"{name}.html: {failure}" for failure in test.failures]
        for seen, view in (("close", "begin()"), ("far", "fit(), zoom(8, 700, 60)"), ("all of them", "fit()")):
            median, most, worst = frame_times(page, view)
            print(f"{operations} operations, {seen}, panned: {median:.1f} ms a frame (median), {most:.1f} (95 %), {worst:.1f} (longest)")
            if operations < 3000 or median > WORST_MEDIAN:
                failures.append(f"large.html: {operations} operations take {median:.1f} ms a frame")
    return failures


def main():
    program = browser.installed()
    if not program:
        print("skipped: Chromium is not installed, so no page was looked at")
        return 77
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else directory)
        failures = run(program, sys.argv[1], folder, len(sys.argv) > 2)
    print("\n".join(failures) if failures else "all pages hold")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
