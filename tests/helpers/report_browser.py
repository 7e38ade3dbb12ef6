#!/usr/bin/env python3
"""Drives tables/report.html in headless Chromium.

report_browser.py CASE PAGE [AXE]: opens the page as a file, in the way that
CASE wants, and checks what a person would see. Prints each difference; exit
status 1 when there is any, or when the browser said anything at all.
"""

import base64
import json
import os
import re
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


class Browser:
    def __init__(self, page, profile, language="en", dark=False, script=True, width=1280):
        options = Options()
        # Root's Chromium has no sandbox of its own; what it opens is a file that was made here.
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking",
                         f"--window-size={width},900", f"--user-data-dir={profile}"):
            options.add_argument(argument)
        preferences = {"intl.accept_languages": language}
        if not script:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        self.driver.get("file://" + os.path.abspath(page))
        self.wrong = []

    def same(self, what, is_, wanted):
        if is_ != wanted:
            self.wrong.append(f"{what}: {is_!r} instead of {wanted!r}")

    def css(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def rows(self):
        """The texts of the rows that are shown, cell by cell."""
        return self.run("return [...document.querySelectorAll('#table tbody tr')].filter(r => r.getClientRects().length)"
                        ".map(r => [...r.cells].map(c => c.textContent.trim()))")

    def close(self):
        for line in self.driver.get_log("browser"):
            self.wrong.append(f"the console says: {line['message']}")
        self.driver.quit()


def search(browser):
    rows = browser.rows()
    word = browser.css("#words")[0]
    provider = rows[0][2]
    word.send_keys(provider.upper())
    wanted = [row for row in rows if provider.lower() in " ".join(row).lower()]
    browser.same("found by provider", browser.rows(), wanted)
    browser.same("number found", browser.css(".en [data-found]")[0].text, str(len(wanted)))
    word.clear()
    word.send_keys(f"{rows[-1][0]}  {rows[-1][3]}")
    browser.same("found by two words", [row[0] for row in browser.rows()], [rows[-1][0]])
    word.clear()
    word.send_keys("no such service anywhere")
    browser.same("found", browser.rows(), [])
    word.send_keys(Keys.CONTROL, "a")
    word.send_keys(Keys.DELETE)
    browser.same("all again", browser.rows(), rows)


def sort(browser):
    rows = browser.rows()
    heads = browser.css("#table thead th")
    browser.same("headings", len(heads), len(rows[0]))
    heads[2].find_element(By.TAG_NAME, "button").click()
    browser.same("aria-sort", [head.get_attribute("aria-sort") for head in heads[:3]], [None, None, "ascending"])
    up = [row[2] for row in browser.rows()]
    ordered = browser.run("const c = new Intl.Collator('en', {numeric: true});"
                          "return arguments[0].filter(t => t !== '–').sort(c.compare)", [row[2] for row in rows])
    browser.same("providers", [text for text in up if text != "–"], ordered)
    heads[5].find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    heads[5].find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    browser.same("aria-sort", heads[5].get_attribute("aria-sort"), "descending")
    days = [row[5] for row in browser.rows()]
    known = [day for day in days if day != "–"]
    browser.same("newest first", known, sorted(known, reverse=True))
    browser.same("the unknown last", days[len(known):], ["–"] * (len(days) - len(known)))
    browser.same("rows", sorted(browser.rows()), sorted(rows))


def language(browser, wanted):
    other = "en" if wanted == "ja" else "ja"

    def check(now, hidden):
        browser.same("lang", browser.run("return document.documentElement.lang"), now)
        browser.same("shown", bool(browser.run("return document.querySelector('h2 .' + arguments[0]).offsetWidth", now)), True)
        browser.same("hidden", browser.run("return [...document.querySelectorAll('.' + arguments[0])]"
                                           ".filter(e => e.offsetWidth > 0).length", hidden), 0)

    check(wanted, other)
    browser.css(f"label[lang={other}]")[0].click()
    check(other, wanted)
    browser.css("input[name=language]:checked")[0].send_keys(Keys.ARROW_RIGHT)
    check(wanted, other)


def without_script(browser):
    browser.same("rows", len(browser.css("#table tbody tr")) > 0, True)
    browser.same("no search that does nothing", browser.css("#search")[0].is_displayed(), False)
    browser.same("no buttons that do nothing", len(browser.css("thead button")), 0)
    browser.css("label[for=in-japanese]")[0].click()
    browser.same("Japanese", browser.css("h2 .ja")[0].is_displayed(), True)
    browser.same("English", browser.css("h2 .en")[0].is_displayed(), False)


def accessible(browser, axe):
    with open(axe, encoding="utf-8") as file:
        source = file.read()
    # Through the debugger, as the page's own policy rightly runs no other script.
    browser.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": source})
    answer = browser.driver.execute_cdp_cmd("Runtime.evaluate", {
        "expression": "axe.run(document, {resultTypes: ['violations', 'incomplete']}).then(r => JSON.stringify("
                      "[r.passes.length, r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3)),"
                      " r.incomplete.map(v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3))]))",
        "awaitPromise": True, "returnByValue": True})["result"]["value"]
    passes, violations, incomplete = json.loads(answer)
    print(f"axe: {passes} rules passed, to be looked at by a person: {incomplete}")
    browser.same("axe's violations", violations, [])
    browser.same("axe ran", passes > 20, True)


def narrow(browser):
    browser.same("the page's own width", browser.run("return document.documentElement.scrollWidth") <= 390, True)


def printed(browser):
    pdf = base64.b64decode(browser.driver.execute_cdp_cmd("Page.printToPDF", {})["data"])
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    browser.same("pages", 1 <= pages <= 25, True)
    print(f"{pages} pages")


def quiet(browser):
    """Nothing was asked for but the page itself."""
    names = browser.run("return performance.getEntriesByType('resource').map(e => e.name)")
    browser.same("requests", names, [])
    browser.same("cookies and storage", browser.run("return document.cookie + localStorage.length"), "0")


CASES = {
    "search": ({}, search),
    "sort": ({}, sort),
    "english": ({"language": "en-GB"}, lambda browser: language(browser, "en")),
    "japanese": ({"language": "ja"}, lambda browser: language(browser, "ja")),
    "without-script": ({"script": False}, without_script),
    "narrow": ({"width": 390}, narrow),
    "print": ({}, printed),
    "quiet": ({}, quiet),
}


def main():
    case, page = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as profile:
        if case.startswith("axe"):
            browser = Browser(page, profile, language="ja" if "japanese" in case else "en", dark="dark" in case)
            accessible(browser, sys.argv[3])
        else:
            options, check = CASES[case]
            browser = Browser(page, profile, **options)
            check(browser)
        browser.close()
    for sentence in browser.wrong:
        print(sentence)
    sys.exit(1 if browser.wrong else 0)


if __name__ == "__main__":
    main()
