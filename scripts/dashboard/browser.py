"""A page in headless Chromium, with all that its console says.

What is asked of the page goes over the DevTools protocol: the page's own policy forbids code made of text, and stays in force.
"""

import contextlib
import time

from playwright.sync_api import sync_playwright


class Page:
    def __init__(self, browser, address, width=1280, scheme="light"):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page = self.context.new_page()
        self.messages = []
        self.requests = []
        self.page.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.messages.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.messages.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.protocol = self.context.new_cdp_session(self.page)
        self.address = address
        self.page.goto(address + "/")

    def ask(self, expression):
        answer = self.protocol.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def text(self, selector):
        return self.ask(f"document.querySelector({selector!r})?.textContent ?? ''")

    def until(self, expression, seconds=10):
        """Seconds until the expression holds; `None` when it does not in time."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if self.ask(expression):
                return time.monotonic() - start
            self.page.wait_for_timeout(20)
        return None

    def view(self, name):
        self.ask(f"location.hash = '#{name}'")
        self.page.wait_for_timeout(900)

    def tile(self, place):
        text = self.ask(f"document.querySelectorAll('#tiles b')[{place}]?.textContent ?? ''")
        digits = "".join(letter for letter in text if letter.isdigit())
        return int(digits) if digits else -1

    def close(self):
        self.context.close()


@contextlib.contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--no-proxy-server"])
        try:
            yield browser
        finally:
            browser.close()
