extension DashboardPage {
    /// The values: elements, numbers in words, requests to the server.
    static let scriptOfValues = ##"""
        const $ = (id) => document.getElementById(id);
        const root = document.documentElement;
        const unknown = "–";
        const SVG = "http://www.w3.org/2000/svg";

        // Builds elements. What the server says is only ever text: there is no markup from strings here, and the policy forbids it.
        const fill = (node, attributes, children) => {
          for (const [name, value] of Object.entries(attributes ?? {})) {
            if (value === undefined || value === null || value === false) continue;
            node.setAttribute(name, value === true ? "" : String(value));
          }
          for (const child of children.flat()) if (child !== undefined && child !== null && child !== false) node.append(child);
          return node;
        };
        const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
        const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

        // Numbers as the report writes them: unknown is a dash, never zero.
        const fixed = (value, places) => value.toFixed(places).replace("-", "−");
        const significant = (value, digits) => {
          if (value === 0) return "0";
          const places = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
          return fixed(value, Math.min(14, Math.max(0, places)));
        };
        const count = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
        const money = (value) => {
          if (value === null || value === undefined) return unknown;
          const dollars = Number(value);
          const size = Math.abs(dollars);
          return (dollars < 0 ? "−$" : "$") + (size === 0 ? "0" : size >= 1 ? fixed(size, 2) : significant(size, 2));
        };
        const duration = (ms) => {
          if (ms === null || ms === undefined) return unknown;
          if (ms < 1000) return significant(ms, ms < 10 ? 2 : 3) + "\u00a0ms";
          if (ms < 100000) return significant(ms / 1000, 3) + "\u00a0s";
          return significant(ms / 60000, 2) + "\u00a0min";
        };
        const percent = (share, places = 0) => (share === null || share === undefined ? unknown : fixed(share * 100, places) + "\u00a0%");
        const confidence = (share) => (share > 0.99 ? ">\u00a099\u00a0%" : percent(share));
        const words = (name) => String(name).replaceAll("_", " ");
        const two = (number) => String(number).padStart(2, "0");
        const clock = (at) => {
          if (!at) return unknown;
          const date = new Date(at / 1000);
          return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
        };
        const day = (at) => {
          if (!at) return unknown;
          const date = new Date(at / 1000);
          return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
        };
        // A time to come, as how long that is.
        const until = (at) => {
          if (!at) return unknown;
          const rest = at / 1000 - Date.now();
          return rest <= 0 ? "now" : "in " + (rest < 90000 ? `${Math.ceil(rest / 1000)}\u00a0s` : rest < 5400000 ? `${Math.round(rest / 60000)}\u00a0min` : `${Math.round(rest / 3600000)}\u00a0h`);
        };
        const plural = (number, one) => `${count(number)}\u00a0${one}${number === 1 ? "" : "s"}`;

        // A model has one mark and one colour, by its name; the next free one where another has it.
        const marks = new Map();
        // Without the cross, which would say that something is wrong.
        const places = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11];
        const mark = (model) => {
          if (!marks.has(model)) {
            const taken = new Set(marks.values());
            let place = [...model].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % places.length;
            while (taken.size < places.length && taken.has(place)) place = (place + 1) % places.length;
            marks.set(model, place);
          }
          const place = places[marks.get(model)];
          return el("i", { class: `m a${place}`, "aria-hidden": "true" });
        };
        const modelName = (model) => {
          if (!model) return [el("span", { class: "none" }, "no model")];
          const cut = model.indexOf("/");
          return [mark(model), el("span", { class: "provider" }, model.slice(0, cut + 1)), el("span", { class: "model" }, model.slice(cut + 1))];
        };

        // Whose doing an outcome was, as the report groups them.
        const caseOutcomes = new Set(["content_filter", "refusal", "length_truncated", "tool_call_invalid", "context_overflow", "empty_output"]);
        const outcomeGroup = (outcome) => (outcome === "ok" ? "ok" : caseOutcomes.has(outcome) || outcome === "cancelled" ? "other" : "failed");
        const callGroup = (call) => {
          if (!call.closed) return call.interrupted ? "failed" : "open";
          return outcomeGroup(call.outcome);
        };
        const callOutcome = (call) => (call.closed ? (call.outcome === "ok" ? "answered" : words(call.outcome ?? "unknown")) : call.interrupted ? "process ended" : "in flight");

        const badge = (text, look) => el("span", { class: `badge ${look ?? ""}` }, text);
        // A column's name begins with `<` where its cells stand at the left.
        const table = (node, caption, columns, rows, empty) => {
          const head = el("thead", {}, el("tr", {}, columns.map((name) => (name[0] === "<" ? el("th", { scope: "col", class: "left" }, name.slice(1)) : el("th", { scope: "col" }, name)))));
          const body = el("tbody", {}, rows.length ? rows : el("tr", {}, el("td", { class: "empty", colspan: columns.length }, empty)));
          swap(node, el("caption", { class: "sr" }, caption), head, body);
          // What is wider than the page is moved by the keyboard too.
          const frame = node.parentElement;
          if (frame && frame.scrollWidth > frame.clientWidth) fill(frame, { tabindex: 0, role: "region", "aria-label": caption }, []);
        };
        const row = (name, cells, attributes) => el("tr", attributes, el("th", { scope: "row" }, name), cells.map((cell) => (cell instanceof Element && cell.tagName === "TD" ? cell : el("td", {}, cell))));

        // Replaces what is in a node unless it is the same: a reader's place, selection and open parts stay.
        const swap = (node, ...children) => {
          const fresh = node.cloneNode(false);
          fill(fresh, {}, children);
          if (fresh.isEqualNode(node)) return;
          const held = node.contains(document.activeElement) ? [...node.querySelectorAll("a,button,summary,[tabindex]")].indexOf(document.activeElement) : -1;
          node.replaceChildren(...fresh.childNodes);
          if (held >= 0) node.querySelectorAll("a,button,summary,[tabindex]")[held]?.focus({ preventScroll: true });
        };

        // The server, with the key that it asks for; the key stays in this tab.
        const keyName = "dirgen-key";
        const storage = (name, value) => {
          try {
            if (value === undefined) return sessionStorage.getItem(name);
            sessionStorage.setItem(name, value);
          } catch {
            return null;
          }
        };
        let waitingForKey = null;
        const askForKey = () => {
          waitingForKey ??= new Promise((resolve) => {
            const dialog = $("ask");
            $("ask-wrong").hidden = !storage(keyName);
            if (!dialog.open) dialog.showModal();
            dialog.addEventListener("close", () => {
              storage(keyName, $("ask-key").value.trim());
              $("ask-key").value = "";
              waitingForKey = null;
              resolve();
            }, { once: true });
          });
          return waitingForKey;
        };
        const request = async (path, options) => {
          for (;;) {
            const key = storage(keyName);
            const response = await fetch(path, { cache: "no-store", credentials: "omit", redirect: "error", headers: key ? { authorization: `Bearer ${key}` } : {}, ...options });
            if (response.status !== 401 && response.status !== 403) return response;
            await askForKey();
          }
        };
        const get = async (path) => {
          const response = await request(path);
          const document = await response.json();
          if (!response.ok) throw new Error(document.detail ?? `status ${response.status}`);
          return document;
        };

        """##
}
