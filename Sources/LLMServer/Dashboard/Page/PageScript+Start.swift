extension DashboardPage {
    /// The start: state, address, stream of events.
    static let scriptOfStart = ##"""
        // State, the address bar, and the stream of events.
        const state = { traffic: null, status: null, cache: null, run: null };
        const views = ["overview", "calls", "models", "health", "money"];

        const here = () => {
          const [view, query] = location.hash.slice(1).split("?");
          return { view: views.includes(view) ? view : "overview", filters: Object.fromEntries(new URLSearchParams(query ?? "")) };
        };
        // Filters of this view, in the address: a link shows another reader the same.
        const go = (filters) => {
          const kept = new URLSearchParams(Object.entries(filters).filter(([, value]) => value));
          const hash = `#${here().view}${kept.size ? `?${kept}` : ""}`;
          if (hash !== location.hash) history.replaceState(null, "", hash);
        };

        let problemAt = 0;
        const problem = (error) => {
          problemAt = Date.now();
          $("problem").textContent = error ? `The server reports a problem: ${error.detail ?? error.message}` : "";
          $("problem").hidden = !error;
        };
        let busy = false;
        const refresh = async () => {
          if (busy || document.hidden) return;
          busy = true;
          const { view } = here();
          try {
            if (view === "models") {
              await showTables();
              await showRuns();
            }
            if (view === "money") await showMoney();
            if (view === "overview") state.cache = await get("api/cache");
            if (refresh.failed) problem(null);
            refresh.failed = false;
          } catch (error) {
            // A server that is away says so in its own line.
            if (!(error instanceof TypeError)) problem(error);
            refresh.failed = true;
          } finally {
            busy = false;
          }
          draw();
        };

        let drawing = 0;
        const draw = () => { drawing ||= requestAnimationFrame(render); };
        const render = () => {
          drawing = 0;
          const { view } = here();
          showAlarm(state);
          // One that lasts is reported again and again.
          if (!$("problem").hidden && Date.now() - problemAt > 6000) problem(null);
          if (view === "overview") {
            if (state.traffic) for (const show of [showTiles, showTraffic, showFigures, showFailures]) show(state);
            showLatest();
            showUnderWay();
          }
          if (view === "calls") showCalls();
          if (view === "models") listRuns();
          if (view === "health") showHealth(state);
        };

        let lastView = null;
        const route = () => {
          const { view, filters } = here();
          for (const name of views) $(`view-${name}`).hidden = name !== view;
          for (const link of document.querySelectorAll("nav a")) {
            if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
            else link.removeAttribute("aria-current");
          }
          if (view === "calls") {
            const form = $("filters");
            options(form.model, [filters.model].filter(Boolean));
            options(form.task, [filters.task].filter(Boolean));
            for (const field of form.elements) if (field.name) field.type === "checkbox" ? (field.checked = Boolean(filters[field.name])) : (field.value = filters[field.name] ?? "");
          }
          render();
          refresh();
          if (lastView && lastView !== view) {
            scrollTo(0, 0);
            $("main").focus({ preventScroll: true });
          }
          if (view === "calls" && filters.call) openCall(filters.call);
          lastView = view;
        };
        // The call that the address names; one that is no longer in the stream is read from the log.
        const openCall = async (id) => {
          if (!calls.has(id)) {
            try { takeCall(await get(`api/decisions/${encodeURIComponent(id)}`)); } catch { return; }
            showCalls();
          }
          const node = [...$("list").children].find((child) => child.dataset.id === id);
          if (node && !node.open) {
            node.open = true;
            node.scrollIntoView({ block: "start" });
          }
        };

        // The stream: read with fetch, since the browser's own reader of events cannot send a key.
        const handlers = {
          call: (call) => takeCall(call),
          traffic: (traffic) => { state.traffic = traffic; },
          status: (status) => { state.status = status; },
          run: (run) => takeRun(run),
          skipped: ({ calls: number }) => { skippedCalls += number; },
          problem: (document) => problem(document),
        };
        let skippedCalls = 0;
        const take = (block) => {
          let name = "message";
          const data = [];
          for (const text of block.split("\n")) {
            if (text.startsWith("event:")) name = text.slice(6).trim();
            if (text.startsWith("data:")) data.push(text.slice(text[5] === " " ? 6 : 5));
          }
          if (data.length && Object.hasOwn(handlers, name)) handlers[name](JSON.parse(data.join("\n")));
        };
        const connected = (text, look) => {
          if ($("link").textContent === text) return;
          $("link").textContent = text;
          $("link").className = `link ${look}`;
        };
        const follow = async () => {
          for (let failures = 0; ; failures += 1) {
            const stop = new AbortController();
            // The server speaks at least every 15 seconds.
            let watch = setTimeout(() => stop.abort(), 40000);
            try {
              const response = await request("api/events", { signal: stop.signal });
              if (!response.ok) throw new Error("no events");
              connected("live", "good");
              problem(null);
              const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
              let rest = "";
              for (;;) {
                const { value, done } = await reader.read();
                if (done) break;
                failures = 0;
                clearTimeout(watch);
                watch = setTimeout(() => stop.abort(), 40000);
                const blocks = (rest + value).split("\n\n");
                rest = blocks.pop();
                blocks.forEach(take);
                draw();
              }
            } catch { /* Said below. */ }
            clearTimeout(watch);
            connected("not connected", "bad");
            await new Promise((resolve) => setTimeout(resolve, Math.min(10000, 500 * 2 ** failures)));
          }
        };

        // Theme: the system's until the reader says otherwise, the same word as in reports.
        const theme = (value) => {
          try { return value ? localStorage.setItem("dirgen-theme", value) : localStorage.getItem("dirgen-theme"); } catch { return null; }
        };
        if (["light", "dark"].includes(theme())) root.dataset.theme = theme();
        $("theme").addEventListener("click", () => {
          const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
          root.dataset.theme = dark ? "light" : "dark";
          theme(root.dataset.theme);
        });

        document.querySelector(".skip").addEventListener("click", (event) => {
          event.preventDefault();
          $("main").focus();
        });
        const readFilters = () => {
          const form = $("filters");
          const filters = { call: here().filters.call ?? "" };
          for (const field of form.elements) if (field.name) filters[field.name] = field.type === "checkbox" ? (field.checked ? "1" : "") : field.value.trim();
          go(filters);
          draw();
        };
        $("ask-form").addEventListener("submit", (event) => {
          event.preventDefault();
          $("ask").close();
        });
        for (const type of ["input", "change"]) $("filters").addEventListener(type, readFilters);
        for (const form of ["filters", "spending-form"]) $(form).addEventListener("submit", (event) => event.preventDefault());
        $("spending-form").addEventListener("change", (event) => {
          const form = event.currentTarget;
          go({ by: form.by.value, days: form.days.value });
          refresh();
        });
        $("pause").addEventListener("click", (event) => {
          paused = !paused;
          heldBack = 0;
          event.currentTarget.setAttribute("aria-pressed", String(paused));
          event.currentTarget.textContent = paused ? "Go on" : "Pause";
          draw();
        });
        addEventListener("hashchange", route);
        addEventListener("resize", draw, { passive: true });
        document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
        setInterval(refresh, 2000);
        // Times to come are counted down.
        setInterval(draw, 1000);
        route();
        follow();

        """##
}
