"""Drives the server's page: under load, through an outage, with hostile text, at two widths and in both themes."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import browser
import programs

HOSTILE = "<img src=x onerror=window.broken=1></script><script>window.broken=1</script>"
OUTAGE = f"""
faults:
  - match: {{provider: groq}}
    when: {{after: 12}}
    then: {{fail: overloaded, message: "{HOSTILE}"}}
  - match: {{provider: gemini}}
    then: {{answer: "{HOSTILE}"}}
"""
VIEWS = ("overview", "calls", "models", "health", "money")


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, name, holds, more=""):
        self.passed += bool(holds)
        self.failed += not holds
        print(f"{'ok  ' if holds else 'FAIL'} {name}{f': {more}' if more != '' else ''}", flush=True)


def clean(check, page, where):
    check(f"{where}: the console says nothing", not page.messages, page.messages or "")
    foreign = [url for url in page.requests if not url.startswith((page.address + "/", "data:,"))]
    check(f"{where}: no other address is asked", not foreign, foreign or "")


def answers(check, server):
    """What the server answers beside the page."""
    status, fields, text = programs.send(server.address, "/")
    policy = fields["content-security-policy"] or ""
    check("the page has a strict policy", status == 200 and "default-src 'none'" in policy and "unsafe" not in policy)
    check("its type is not guessed, it is in no frame, and sends no referrer",
          (fields["x-content-type-options"], fields["x-frame-options"], fields["referrer-policy"]) == ("nosniff", "DENY", "no-referrer"))
    check("the page has no address of another server in it", "https://" not in text and "src=" not in text)
    streams = []
    try:
        refused = None
        for _ in range(40):
            try:
                streams.append(urllib.request.urlopen(server.address + "/api/events", timeout=10))
            except urllib.error.HTTPError as error:
                refused = error
                break
            streams[-1].readline()
        check("listeners are bounded", refused is not None and refused.code == 503 and len(streams) >= 16, f"{len(streams)} streams")
    finally:
        for stream in streams:
            stream.close()


def under_load(check, server, page):
    check("the stream is live", page.until("document.getElementById('link').textContent === 'live'"))
    check("it says SIMULATED", page.until("!document.getElementById('simulated').hidden && document.title.includes('SIMULATED')"))
    before = page.tile(0)
    statuses = programs.load(server.address, 60, ("auto", "openai/gpt-6-luna", "groq/openai/gpt-oss-20b", "anthropic/claude-haiku-5-5"),
                             ("general", "architecture", "verification"))
    check("load is answered", statuses.count(200) == 60, statuses.count(200))
    took = page.until("document.querySelectorAll('#tiles b')[0].textContent.replace(/\\D/g, '') >= 60", 5)
    check("requests per minute move", took is not None and before < 60, f"{before} to {page.tile(0)}")
    check("calls in flight come down to none", page.until("document.querySelectorAll('#tiles b')[1].textContent === '0'", 5))
    check("costs move", page.ask("document.querySelectorAll('#tiles b')[3].textContent") not in ("$0", "–"), page.ask("document.querySelectorAll('#tiles b')[3].textContent"))
    check("the chart has a bar", page.ask("document.querySelectorAll('#rate .bar.ok').length") > 0)
    rows = page.ask("[...document.querySelectorAll('#figures tbody tr')].map(r => r.textContent)")
    check("each model has its latency and speed", len(rows) >= 3 and all("ms" in row or " s" in row for row in rows), len(rows))
    for text in ("again and again", "again and again"):
        programs.chat(server.address, text, headers={"x-dirgen-task": "verification", "x-dirgen-cache": "on"})
    check("a cache hit is counted", page.until("document.querySelectorAll('#tiles b')[4].textContent !== '–' && !document.querySelectorAll('#tiles b')[4].textContent.startsWith('0')", 6),
          page.ask("document.querySelectorAll('#tiles li')[4].textContent"))


def calls(check, server, page):
    page.view("calls")
    check("the calls are listed", page.ask("document.querySelectorAll('#list details').length") >= 60)
    page.page.locator("#list summary", has_text="anthropic/").first.click()
    page.page.wait_for_timeout(300)
    card = page.text("#list details[open] .body")
    check("a call opens into its decision", "Candidates" in card and "Attempts" in card)
    named = page.ask("new URLSearchParams(location.hash.split('?')[1]).get('call')")
    check("the address names it", bool(named), named)
    decision = json.loads(programs.send(server.address, f"/api/decisions/{named}")[2])
    check("its reason is the server's", decision["decision"]["reason"] in card)
    page.page.locator("#filters select[name=model]").select_option("openai/gpt-6-luna")
    page.page.wait_for_timeout(300)
    other = page.ask("[...document.querySelectorAll('#list details:not([open]) .who')].filter(n => !n.textContent.startsWith('openai/gpt-6-luna')).length")
    check("a filter holds", other == 0 and "model=openai" in page.ask("location.hash"))
    page.page.reload()
    page.until("document.querySelectorAll('#list details').length > 0")
    check("filter and open call are there again after a reload",
          page.ask("document.querySelector('#filters').model.value") == "openai/gpt-6-luna" and page.until("document.querySelector('#list details[open]') !== null", 5))


def keyboard(check, page):
    page.view("overview")
    page.page.reload()
    page.until("document.querySelectorAll('#figures tbody tr').length > 1")
    seen = []
    for _ in range(7):
        page.page.keyboard.press("Tab")
        seen.append(page.ask("document.activeElement.textContent.trim().slice(0, 20) || document.activeElement.id"))
    check("the keyboard reaches every view", all(name.capitalize() in seen for name in VIEWS), seen)
    page.ask("document.querySelector('#rate .chart').focus()")
    page.page.keyboard.press("ArrowRight")
    check("arrows move along the chart, and the minute is read out", page.ask("document.activeElement.classList.contains('pt')") and page.text("#hint") != "", page.text("#hint"))
    check("landmarks, one heading a view, and headers on every table", page.ask("""
        document.querySelectorAll('main').length === 1 && document.querySelector('nav[aria-label]') !== null
        && document.querySelector('[aria-live=polite]') !== null
        && [...document.querySelectorAll('.view')].every(v => v.querySelectorAll('h1').length === 1)
        && [...document.querySelectorAll('table')].filter(t => t.tHead).every(t => t.caption && [...t.tHead.rows[0].cells].every(c => c.scope === 'col'))
        && [...document.querySelectorAll('input, select, button')].every(f => f.labels?.length || f.ariaLabel || f.textContent.trim())"""))


def evidence(check, binary, folder, page):
    database = os.path.join(folder, "dirgen.sqlite")
    dataset = os.path.join(os.path.dirname(__file__), "../../datasets/architecture.jsonl")
    arguments = [binary, "run", "--simulate", "--db", database, "--time-scale", "0.05", "--derive", "--yes", os.path.abspath(dataset)]
    page.view("models")
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, env=programs.environment(folder)) as run:
        check("a run in progress shows how far it is", page.until("/running/.test(document.querySelector('#runs').textContent) && / of /.test(document.querySelector('#runs').textContent)", 60) is not None)
        code = run.wait(300)
    check("the run ends", code in (0, 3), code)
    check("its selection table shows choice and confidence", page.until("/architecture/.test(document.querySelector('#tables').textContent) && document.querySelector('#tables .m') !== null", 10) is not None)
    page.page.locator("#tables a").first.click()
    check("all models of the table open", page.until("document.querySelectorAll('#table tbody tr').length > 5", 10) is not None)
    page.page.locator("#table .more a").first.click()
    check("the run's figures open from there", page.until("document.querySelectorAll('#run tbody tr').length > 5", 10) is not None)


def live_run(check, server, page, pictures):
    """A run begun over the API moves on the page by its events, and its end is said."""
    page.view("overview")
    check("no run is under way", page.ask("document.getElementById('under-part').hidden"))
    order = {"dataset": "general.jsonl", "models": ["groq/openai/gpt-oss-20b", "openai/gpt-6-luna"], "limit": 180, "derive": True}
    status, _, text = programs.send(server.address, "/api/runs", order)
    check("the API begins a run", status == 202, text[:300] if status != 202 else "")
    check("it shows without a reload", page.until("!document.getElementById('under-part').hidden && document.getElementById('under-title').textContent === 'Run in progress'", 10) is not None)
    done = "+(document.querySelector('#under p').textContent.match(/: ([0-9]+) of/) ?? [])[1]"
    check("its trials move", page.until(f"{done} > 2 && {done} < 360", 60) is not None, page.text("#under p"))
    check("each model has its line", page.ask("document.querySelectorAll('#under tbody tr').length") == 2)
    if pictures:
        page.page.screenshot(path=os.path.join(pictures, "run.png"), full_page=True)
    page.view("models")
    first = page.text("#runs tbody tr")
    check("it moves among the runs too", page.until(f"/ of 360/.test(document.querySelector('#runs tbody tr').textContent) && document.querySelector('#runs tbody tr').textContent !== {json.dumps(first)}", 30) is not None, first)
    page.view("overview")
    check("its end shows", page.until("document.getElementById('under-title').textContent === 'Run that has just ended'", 180) is not None)
    check("its end is announced politely", "The run has ended" in page.text("#news"), page.text("#news"))
    check("all its trials are done", page.ask(done) == 360, page.text("#under p"))


def shots(check, chromium, server, folder):
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            page = browser.Page(chromium, server.address, width, scheme)
            page.until("document.querySelectorAll('#figures tbody tr').length > 1")
            for view in VIEWS:
                page.view(view)
                page.page.wait_for_timeout(900)
                wide = page.ask("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if width == 390:
                    check(f"{view} fits a phone, {scheme}", wide <= 0, wide)
                if folder:
                    page.page.screenshot(path=os.path.join(folder, f"{view}-{width}-{scheme}.png"), full_page=True)
            clean(check, page, f"{width} px, {scheme}")
            page.close()


def outage(check, server, page):
    """A provider fails from its 13th request on; the sender notes when the first of them is answered by another."""
    page.until("document.getElementById('link').textContent === 'live'")
    failed = {}

    def sender():
        for place in range(120):
            began = time.monotonic()
            _, fields, _ = programs.chat(server.address, f"prompt {place}", "groq/openai/gpt-oss-20b")
            if "at" not in failed and not (fields["x-dirgen-model"] or "groq/").startswith("groq/"):
                failed["at"] = time.monotonic()
                failed["began"] = began
            if failed.get("stop"):
                return
            time.sleep(0.05)

    thread = threading.Thread(target=sender)
    thread.start()
    shown = opened = None
    end = time.monotonic() + 60
    while time.monotonic() < end and (shown is None or opened is None):
        if shown is None and page.ask("document.querySelector('#figures td.failed') !== null"):
            shown = time.monotonic()
        if opened is None and page.ask("!document.getElementById('alarm').hidden && document.getElementById('alarm').textContent.includes('groq')"):
            opened = time.monotonic()
        page.page.wait_for_timeout(20)
    failed["stop"] = True
    thread.join()
    began = failed.get("began")
    check("the outage shows within 2 s", began and shown and shown - began < 2, f"{shown - began:.2f} s" if began and shown else "never")
    check("the open breaker shows", opened is not None, f"{opened - began:.2f} s after the first failure" if began and opened else "never")
    check("it is announced politely", "groq" in page.text("#news"), page.text("#news"))


def hostile(check, server, page):
    programs.chat(server.address, HOSTILE, "gemini/gemini-2.5-flash", {"x-dirgen-task": HOSTILE})
    programs.chat(server.address, HOSTILE, f"openai/{HOSTILE}")
    programs.chat(server.address, "x", "groq/openai/gpt-oss-20b", {"x-dirgen-fallback": "off"})
    page.view("calls")
    check("hostile names are on the page, as text", page.until("document.querySelector('#list').textContent.includes('<img src=x onerror')", 5) is not None)
    page.ask("for (const n of document.querySelectorAll('#list details')) n.open = true")
    # The service keeps the text of what is markup.
    check("a provider's hostile message is on the page, as text", page.until("[...document.querySelectorAll('small.text')].some(n => n.textContent.includes('window.broken'))", 5) is not None)
    for view in VIEWS:
        page.view(view)
    check("nothing of it became markup", page.ask("document.querySelectorAll('img, iframe, main script, .view script').length") == 0)
    check("nothing of it was executed", page.ask("window.broken") is None)


def main(binary, pictures):
    check = Checks()
    if pictures:
        os.makedirs(pictures, exist_ok=True)
    with browser.chromium() as chromium, tempfile.TemporaryDirectory() as folder:
        serve = [binary, "serve", "--port", "0", "--db", os.path.join(folder, "dirgen.sqlite")]
        datasets = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../datasets"))
        with programs.program([*serve, "--simulate", "--runs-from", datasets], folder) as server:
            page = browser.Page(chromium, server.address)
            under_load(check, server, page)
            calls(check, server, page)
            keyboard(check, page)
            evidence(check, binary, folder, page)
            live_run(check, server, page, pictures)
            clean(check, page, "under load")
            shots(check, chromium, server, pictures)
            answers(check, server)
            started = time.monotonic()
            code = server.stop()
            check("the server ends while pages listen", code == 0 and time.monotonic() - started < 10, f"{time.monotonic() - started:.1f} s, code {code}")
            check("the page says so", page.until("document.getElementById('link').textContent === 'not connected'", 10) is not None)
            page.close()
        with programs.simulator(binary, folder, OUTAGE) as simulated:
            serve[-1] = os.path.join(folder, "outage.sqlite")
            with programs.program(serve, folder, more=programs.variables(simulated)) as server:
                page = browser.Page(chromium, server.address)
                outage(check, server, page)
                hostile(check, server, page)
                page.page.set_viewport_size({"width": 390, "height": 900})
                for view in VIEWS:
                    page.view(view)
                    wide = page.ask("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    check(f"{view} with hostile names fits a phone", wide <= 0, wide)
                clean(check, page, "through an outage")
                if pictures:
                    page.page.set_viewport_size({"width": 1280, "height": 900})
                    page.view("overview")
                    page.page.screenshot(path=os.path.join(pictures, "outage.png"), full_page=True)
                    for width, scheme in ((1280, "light"), (390, "dark")):
                        page.page.set_viewport_size({"width": width, "height": 900})
                        page.page.emulate_media(color_scheme=scheme)
                        page.view("calls?fallback=1&q=gemini")
                        page.ask("for (const n of document.querySelectorAll('#list details')) n.open = false")
                        page.page.locator("#list summary").nth(1).click()
                        page.page.wait_for_timeout(500)
                        page.page.screenshot(path=os.path.join(pictures, f"decision-{width}-{scheme}.png"))
                page.close()
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
