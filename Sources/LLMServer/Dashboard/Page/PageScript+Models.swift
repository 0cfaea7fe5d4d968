extension DashboardPage {
    /// The views of selection tables and money.
    static let scriptOfModels = ##"""
        // Selection tables and money: read when their view is looked at.
        const interval = (low, high) => (low === null || high === null || low === undefined ? "" : `[${fixed(low, 2)}, ${fixed(high, 2)}]`);
        const verdictText = { uncertified: "not certified", infeasible: "no model fits" };
        const showTables = async () => {
          const seen = new Set();
          const tables = (await get("api/tables?limit=200")).filter((entry) => !seen.has(entry.task) && seen.add(entry.task));
          const { filters } = here();
          table($("tables"), "The choice for each task", ["task", "<choice", "verdict", "confidence", "quality", "cost a case", "<runner-up", "saves per 1\u202f000", "evidence"], tables.map((entry) => {
            const { choice } = entry;
            const open = filters.table === entry.table;
            return row([entry.task, el("small", {}, `${day(entry.derived_at)}, ${plural(entry.n, "case")}`)], [
              el("td", { class: "left" }, modelName(choice.model), choice.arm && choice.arm !== choice.model ? el("small", {}, choice.arm) : ""),
              el("td", { class: choice.certified ? "out ok" : "out other" }, verdictText[choice.verdict] ?? words(choice.verdict), el("small", {}, entry.pinned ? "pinned" : entry.in_use ? "" : "not in use")),
              choice.confidence === null ? unknown : confidence(choice.confidence),
              el("td", {}, choice.quality === null ? unknown : fixed(choice.quality, 2), el("small", {}, interval(choice.quality_low, choice.quality_high))),
              money(choice.cost_usd),
              el("td", { class: "left" }, choice.runner_up ? modelName(choice.runner_up) : unknown),
              money(choice.saves_per_1000_usd),
              el("a", { href: `#models?table=${encodeURIComponent(open ? "" : entry.table)}`, "aria-expanded": String(open) }, open ? "Hide" : "All models"),
            ]);
          }), "No selection table yet: a run over a dataset makes one.");
          await showTable(filters.table);
        };
        const showTable = async (id) => {
          if (!id) return swap($("table"));
          const { table: entry, arms, left_out: leftOut } = await get(`api/tables/${encodeURIComponent(id)}`);
          const node = el("table", { class: "select" });
          const best = Math.max(...arms.map((arm) => arm.quality));
          table(node, `All models of ${entry.task}`, ["model", "quality", "cost a case", "p95", "provider failures", "keeps what is asked", "is best", "cases"], [...arms].sort((a, b) => b.quality - a.quality).map((arm) => row([...modelName(arm.arm), arm.arm === entry.choice.arm ? badge("chosen", "chosen") : ""], [
            el("td", { class: arm.quality === best ? "best" : "" }, el("span", {}, fixed(arm.quality, 2)), el("small", {}, interval(arm.quality_low, arm.quality_high))),
            money(arm.cost_usd), duration(arm.resp_p95_ms), percent(arm.failure_rate, 1), arm.confidence === null ? unknown : confidence(arm.confidence), arm.probability_best === null ? unknown : percent(arm.probability_best), count(arm.n),
          ], { class: arm.arm === entry.choice.arm ? "chosen" : "" })), "No model.");
          const left = leftOut.map((out) => Object.values(out).filter((value) => typeof value === "string").join(": ")).join("; ");
          swap($("table"), el("figure", {}, el("figcaption", {}, el("h3", {}, entry.task), el("p", { class: "note" }, entry.choice.reason), left ? el("p", { class: "note" }, `Left out: ${left}.`) : null), el("div", { class: "scroll" }, node),
            el("p", { class: "more" }, "From ", entry.runs.length ? entry.runs.flatMap((run, place) => [place ? ", " : "", el("a", { href: `#models?run=${encodeURIComponent(run)}` }, `run ${run}`)]) : "imported results", ".")));
        };
        const showMoney = async () => {
          const { filters } = here();
          const days = filters.days || "1", by = filters.by || "model";
          const form = $("spending-form");
          [form.days.value, form.by.value] = [days, by];
          const groups = (await get(`api/spend?by=${encodeURIComponent(by)}&days=${encodeURIComponent(days)}`)).filter((group) => group.simulated === (state.status?.simulated ?? group.simulated));
          const most = Math.max(...groups.map((group) => Number(group.cost_usd)), 0);
          if (by !== "day") groups.sort((a, b) => Number(b.cost_usd) - Number(a.cost_usd));
          table($("spending"), `Spending by ${by}`, [by, "calls", "cost", "share", "unpriced calls"], groups.map((group) => row(by === "model" && group.group.includes("/") ? modelName(group.group) : group.group === "none" ? "no model answered" : group.group, [
            count(group.calls), money(group.cost_usd), el("td", { class: "wide" }, most ? meter(Number(group.cost_usd) / most, "of the largest") : ""), group.unpriced ? count(group.unpriced) : "none",
          ])), "Nothing was spent in this time.");
          const cache = (state.cache = await get("api/cache"));
          $("cache-note").textContent = `${plural(cache.entries, "answer")} kept, ${significant(cache.bytes / 1024, 3)} kB of at most ${significant(cache.max_bytes / 1048576, 3)} MB; ${count(cache.expired)} past their time.`;
          table($("cache"), "Cache by task", ["task", "hits", "past their time", "shared", "misses", "hit rate", "saved"], cache.tasks.map((task) => row([task.task, task.simulated ? badge("simulated", "") : ""], [
            count(task.hits), count(task.stale_hits), count(task.shared), count(task.misses), percent(task.hit_rate), el("td", {}, money(task.known_saved_usd), el("small", {}, task.unpriced ? `${count(task.unpriced)} unpriced` : "")),
          ])), "The cache was not asked yet.");
          await showBudgets();
        };
        // Only servers with virtual keys have their path; the description says so without a failed request.
        let paths = null;
        const showBudgets = async () => {
          paths ??= (await get("api/openapi.json")).paths;
          const known = Object.hasOwn(paths, "/api/virtual-keys");
          $("budgets-part").hidden = !known;
          if (!known) return;
          const keys = await get("api/virtual-keys");
          table($("budgets"), "Budgets of virtual keys", ["key", "role", "state", "spent", "reserved", "left of", "requests", "tokens", "limits a minute", "expires"], keys.map((key) => row([key.name, el("small", {}, el("code", {}, key.fingerprint))], [
            key.role,
            el("td", { class: `out ${key.state === "active" ? "ok" : "other"}` }, words(key.state)),
            el("td", {}, money(key.spent_usd), el("small", {}, Number(key.assumed_usd) ? `${money(key.assumed_usd)} assumed` : "")),
            money(key.reserved_usd),
            el("td", {}, key.budget_usd === null ? "no budget" : `${money(key.left_usd)} of ${money(key.budget_usd)}`, key.budget_usd === null || !Number(key.budget_usd) ? "" : meter(Number(key.left_usd) / Number(key.budget_usd), "left", 0.1)),
            count(key.requests), count(key.tokens),
            [key.requests_per_minute !== null && plural(key.requests_per_minute, "request"), key.tokens_per_minute !== null && plural(key.tokens_per_minute, "token")].filter(Boolean).join(", ") || "none",
            key.expires_at ? day(key.expires_at) : "never",
          ])), "No virtual key was issued.");
        };

        """##
}
