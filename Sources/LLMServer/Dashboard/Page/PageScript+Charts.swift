extension DashboardPage {
    /// The charts over the last hour.
    static let scriptOfCharts = ##"""
        // Charts are drawn for the width they have, in the minute they are of.
        const minute = 60000000;
        const lastMinutes = (traffic) => {
          const present = Math.floor(traffic.read_at / minute);
          const known = new Map(traffic.minutes.map((entry) => [Math.floor(entry.starts_at / minute), entry.counts]));
          return Array.from({ length: 60 }, (_, place) => ({ at: (present - 59 + place) * minute, counts: known.get(present - 59 + place) ?? null }));
        };
        const steps = (most) => {
          if (!(most > 0)) return [0, 1];
          const power = 10 ** Math.floor(Math.log10(most));
          const step = [0.2, 0.5, 1, 2, 5].map((factor) => factor * power).find((size) => most / size <= 4) ?? power * 10;
          const all = [];
          for (let value = 0; value < most + step * 0.999; value += step) all.push(value);
          return all;
        };
        // Stacked bars of a minute each: `parts` of an entry are [class, value], from the bottom.
        const bars = (node, label, entries, parts, axis, say) => {
          const width = Math.max(280, node.clientWidth || 600);
          const height = 190, left = 52, right = 8, top = 10, bottom = 26;
          const most = Math.max(0, ...entries.map((entry) => parts(entry).reduce((sum, part) => sum + part[1], 0)));
          const ticks = steps(most);
          const y = (value) => height - bottom - (value / ticks[ticks.length - 1]) * (height - top - bottom);
          const slot = (width - left - right) / entries.length;
          const out = [];
          for (const tick of ticks) {
            out.push(svg("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
            out.push(svg("text", { class: "tick", x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, axis(tick)));
          }
          entries.forEach((entry, place) => {
            const x = left + place * slot;
            const date = new Date(entry.at / 1000);
            if (date.getMinutes() % (width < 480 ? 20 : 10) === 0) {
              const anchor = x < left + 14 ? "start" : x > width - right - 20 ? "end" : "middle";
              out.push(svg("text", { class: "tick", x: x + slot / 2, y: height - 7, "text-anchor": anchor }, clock(entry.at).slice(0, 5)));
            }
            let base = 0;
            const stack = [];
            for (const [look, value] of parts(entry)) {
              if (!(value > 0)) continue;
              const low = y(base), high = y(base + value);
              stack.push(svg("rect", { class: `bar ${look}`, x: x + 0.5, width: Math.max(1, slot - 1.5), y: high, height: Math.max(1, low - high) }));
              base += value;
            }
            if (!stack.length) return;
            out.push(svg("g", { class: "pt", role: "img", tabindex: "-1", "aria-label": `${clock(entry.at).slice(0, 5)}: ${say(entry)}` }, svg("rect", { class: "hit", x, width: slot, y: top, height: height - top - bottom }), stack));
          });
          out.push(svg("line", { class: "zero", x1: left, x2: width - right, y1: y(0), y2: y(0) }));
          const chart = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, width, height, role: "group", tabindex: "0", "aria-label": `${label}. Arrow keys move between minutes.` }, out);
          swap(node, chart);
        };
        // One stop for the keyboard at each chart; arrows go from bar to bar.
        document.addEventListener("keydown", (event) => {
          const chart = event.target.closest?.(".chart");
          const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
          if (!chart || step === undefined) return;
          const points = [...chart.querySelectorAll(".pt")];
          if (!points.length) return;
          event.preventDefault();
          const now = points.indexOf(event.target.closest(".pt"));
          const next = now < 0 ? (step < 0 && step !== -Infinity ? points.length - 1 : 0) : now + step;
          points[Math.max(0, Math.min(points.length - 1, next))].focus();
        });

        // What a bar says is its label.
        const hint = $("hint");
        const say = (target) => {
          const point = target?.closest?.(".pt");
          hint.hidden = !point;
          if (!point) return;
          hint.textContent = point.getAttribute("aria-label");
          const around = point.getBoundingClientRect();
          const { width, height } = hint.getBoundingClientRect();
          hint.style.left = Math.min(Math.max(12, around.left + around.width / 2 - width / 2), innerWidth - width - 12) + "px";
          const above = around.top - height - 6;
          hint.style.top = (above > 60 ? above : around.bottom + 6) + "px";
        };
        for (const type of ["mouseover", "focusin"]) document.addEventListener(type, (event) => say(event.target));
        document.addEventListener("focusout", () => say(null));
        document.addEventListener("keydown", (event) => { if (event.key === "Escape") say(null); });
        addEventListener("scroll", () => say(null), { passive: true });

        """##
}
