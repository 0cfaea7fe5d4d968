extension PageTemplates {
    /// The script, allowed by its digest in the page's security policy.
    static let script = ##"""
        "use strict";
        (() => {
          const $ = (id) => document.getElementById(id);
          const root = document.documentElement;

          // Theme: the system's until the reader says otherwise. Storage may be refused to pages opened from disk.
          const stored = (value) => { try { return value ? localStorage.setItem("dirgen-theme", value) : localStorage.getItem("dirgen-theme"); } catch { return null; } };
          const theme = $("theme");
          if (["light", "dark"].includes(stored())) root.dataset.theme = stored();
          theme.hidden = false;
          theme.addEventListener("click", () => {
            const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
            root.dataset.theme = dark ? "light" : "dark";
            stored(root.dataset.theme);
          });

          // Puts a box beside what it explains, inside the window.
          const place = (box, around, gap) => {
            const { width, height } = box.getBoundingClientRect();
            const left = Math.min(Math.max(12, around.left + around.width / 2 - width / 2), innerWidth - width - 12);
            const above = around.top - height - gap;
            box.style.left = left + "px";
            box.style.top = (above > 60 ? above : Math.min(around.bottom + gap, innerHeight - height - 12)) + "px";
          };
          let opener = null;
          document.addEventListener("click", (event) => { opener = event.target.closest(".q"); }, true);
          for (const tip of document.querySelectorAll(".tip")) {
            tip.addEventListener("toggle", (event) => {
              if (event.newState !== "open" || !opener) return;
              tip.style.margin = "0";
              tip.style.position = "fixed";
              place(tip, opener.getBoundingClientRect(), 8);
            });
          }

          // Charts: what a point says is its label; a legend entry brings its model forward.
          const hint = $("hint");
          const say = (target) => {
            const point = target && target.closest && target.closest(".pt");
            hint.hidden = !point;
            if (!point) return;
            hint.textContent = point.getAttribute("aria-label");
            place(hint, point.getBoundingClientRect(), 8);
          };
          for (const type of ["mouseover", "focusin"]) document.addEventListener(type, (event) => say(event.target));
          document.addEventListener("focusout", () => say(null));
          document.addEventListener("keydown", (event) => { if (event.key === "Escape") say(null); });
          addEventListener("scroll", () => say(null), { passive: true });
          for (const entry of document.querySelectorAll(".legend [data-arm]")) {
            const points = entry.closest("figure").querySelectorAll(".pt");
            entry.addEventListener("mouseenter", () => points.forEach((p) => p.classList.toggle("faded", !p.classList.contains(entry.dataset.arm))));
            entry.addEventListener("mouseleave", () => points.forEach((p) => p.classList.remove("faded")));
          }

          // Cases.
          const form = $("filters");
          const cases = [...document.querySelectorAll(".case")].map((node) => ({ node, trials: [...node.querySelectorAll("article")], text: null }));
          const words = (text) => text.toLowerCase().normalize("NFKC");
          const fits = (trial, arm, outcome) =>
            (!arm || trial.dataset.a === arm) &&
            (!outcome || (outcome[0] === "=" ? (trial.dataset.o ?? "ok") === outcome.slice(1) : trial.dataset.p === outcome));
          const filter = () => {
            const query = words(form.q.value.trim());
            const arm = form.a.value, outcome = form.o.value, task = form.t ? form.t.value : "";
            let count = 0;
            for (const item of cases) {
              const found = item.trials.filter((trial) => fits(trial, arm, outcome));
              let shown = (!task || item.node.dataset.t === task) && (!form.d.checked || "d" in item.node.dataset) && (found.length > 0 || !(arm || outcome));
              if (shown && query) shown = (item.text ??= words(item.node.textContent)).includes(query);
              item.node.hidden = !shown;
              for (const trial of item.trials) trial.hidden = !found.includes(trial);
              count += shown ? 1 : 0;
            }
            $("shown").textContent = count + " of " + cases.length + " cases";
            $("none").hidden = count > 0;
          };
          let timer = 0;
          form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(filter, 120); });
          form.addEventListener("submit", (event) => event.preventDefault());
          $("unfold").addEventListener("click", (event) => {
            const open = event.target.textContent === "Open all";
            for (const item of cases) if (!item.node.hidden) item.node.open = open;
            event.target.textContent = open ? "Close all" : "Open all";
          });
          form.hidden = false;
          filter();
        })();

        """##
}
