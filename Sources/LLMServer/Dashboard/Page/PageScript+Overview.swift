extension DashboardPage {
    /// The view of the last hour.
    static let scriptOfOverview = ##"""
        // The overview: the last hour, and now.
        const rate = (part, all) => percent(all ? part / all : 0, part && part / all < 0.1 ? 1 : 0);
        const showTiles = ({ traffic, status, cache }) => {
          const { last_minute: now, last_hour: hour } = traffic;
          const open = status?.breakers.filter((breaker) => breaker.phase !== "closed") ?? [];
          const own = cache?.tasks.filter((task) => task.simulated === traffic.simulated) ?? [];
          const hits = own.reduce((sum, task) => sum + task.hits + task.stale_hits + task.shared, 0);
          const all = own.reduce((sum, task) => sum + task.hits + task.stale_hits + task.shared + task.misses, 0);
          const saved = own.reduce((sum, task) => sum + Number(task.known_saved_usd), 0);
          const hourIsWhole = traffic.read_at - traffic.since_at > 3590000000;
          const tiles = [
            ["requests, last minute", count(now.requests), `${count(hour.requests)} ${hourIsWhole ? "in the last hour" : `since ${clock(traffic.since_at)}`}`],
            ["in flight", count(traffic.in_flight), traffic.in_flight ? "being answered" : "idle"],
            ["failed, last minute", count(now.failed), hour.ended ? `${rate(hour.failed, hour.ended)} of the last hour` : "no calls yet", now.failed ? "bad" : ""],
            ["cost, last hour", money(hour.cost_usd), hour.unpriced ? `and ${plural(hour.unpriced, "call")} unpriced` : `${money(Number(now.cost_usd) * 60)} an hour now`],
            ["from the cache", all ? percent(hits / all) : unknown, all ? `${money(saved)} saved` : "not used yet"],
            ["saved by warm caches", money(hour.prompt_cache_saved_usd), hour.switches ? `${money(hour.switch_cost_usd)} lost by ${count(hour.switches)} ${hour.switches === 1 ? "switch" : "switches"}` : "none lost by switches"],
            ["circuit breakers", status ? (open.length ? `${count(open.length)} not closed` : "closed") : unknown, status ? `safety lock ${status.lock.state}` : "", status && (status.lock.holds || open.length) ? "bad" : ""],
          ];
          swap($("tiles"), tiles.map(([label, value, note, look]) => el("li", { class: look }, el("span", { class: "label" }, label), el("b", {}, value), el("span", { class: "ci" }, note))));
        };
        const showTraffic = ({ traffic }) => {
          const entries = lastMinutes(traffic);
          const parts = ({ counts }) => (counts ? [["ok", counts.ok], ["other", counts.ended - counts.ok - counts.failed], ["failed", counts.failed]] : []);
          const text = ({ counts }) => `${plural(counts.ended, "call")} ended, ${count(counts.failed)} failed`;
          bars($("rate"), "Calls per minute, the last hour", entries, parts, (tick) => (tick < 1 && tick > 0 ? fixed(tick, 1) : count(tick)), text);
          $("rate-note").textContent = "Calls that ended, the last hour." + (traffic.unread ? ` Up to ${count(traffic.unread)} calls came faster than they are read.` : "");
          const known = entries.filter((entry) => entry.counts).reverse();
          table($("rate-table"), "Calls per minute", ["minute", "began", "answered", "failed", "cost"], known.map((entry) => row(clock(entry.at).slice(0, 5), [count(entry.counts.requests), count(entry.counts.ok), count(entry.counts.failed), money(entry.counts.cost_usd)])), "No calls in the last hour.");
          bars($("cost"), "Cost per minute, the last hour", entries, ({ counts }) => (counts ? [["cost", Number(counts.cost_usd)]] : []), (tick) => money(tick), ({ counts }) => money(counts.cost_usd) + (counts.unpriced ? `, ${plural(counts.unpriced, "call")} unpriced` : ""));
          const hour = traffic.last_hour;
          $("cost-note").textContent = `${money(hour.cost_usd)} for ${plural(hour.ended, "call")}` + (hour.unpriced ? `; ${count(hour.unpriced)} of them have no known cost, and are in no sum.` : ".");
        };
        const failureText = (failures) => failures.map((failure) => `${words(failure.outcome)} ${count(failure.count)}`).join(", ");
        const showFigures = ({ traffic, status }) => {
          // A provider with one model has no line of its own.
          const lines = traffic.providers.flatMap((provider) => {
            const own = traffic.models.filter((model) => model.provider === provider.provider);
            return own.length > 1 ? [provider, ...own] : own;
          });
          const rows = lines.map((model) => {
            const breaker = model.model ? breakerOf(status, model.model) : null;
            const enough = model.timed >= 20;
            const slow = (value) => (value === null ? (model.timed ? "failed" : unknown) : duration(value));
            return row([...(model.model ? modelName(model.model) : [el("b", {}, model.provider), el("span", { class: "provider" }, " all models")]), breaker && badge(words(breaker.phase), "bad")], [
              count(model.attempts),
              el("td", { class: model.failed ? "failed" : "" }, rate(model.failed, model.attempts), el("small", {}, failureText(model.failures))),
              duration(model.ttft_p50_ms),
              slow(model.e2e_p50_ms),
              enough ? slow(model.e2e_p95_ms) : el("td", { class: "dim" }, "n too small"),
              model.tokens_per_second_p50 === null ? unknown : (model.tokens_per_second_p50 < 1000 ? significant(model.tokens_per_second_p50, 3) : count(model.tokens_per_second_p50)),
              el("td", {}, money(model.cost_usd), el("small", {}, model.unpriced ? `${count(model.unpriced)} unpriced` : "")),
            ]);
          });
          table($("figures"), "Latency and speed by provider and model, the last hour", ["model", "attempts", "failed", "first token p50", "response p50", "response p95", "tokens/s p50", "cost"], rows, "No attempts in the last hour.");
        };
        const breakerOf = (status, model) => status?.breakers.find((breaker) => breaker.phase !== "closed" && (breaker.model === model || (breaker.scope === "provider" && model.startsWith(breaker.provider + "/"))));
        const showFailures = ({ traffic }) => {
          const most = Math.max(1, ...traffic.failures.map((failure) => failure.count));
          const shades = { provider: 0, case: 0, ours: 0 };
          const rows = traffic.failures.map((failure) => {
            const look = failure.fault === "provider" ? `fp${shades.provider++ % 8}` : failure.fault === "case" ? `fc${shades.case++ % 5}` : "fo";
            const bar = svg("svg", { class: "share", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { class: look, width: (100 * failure.count) / most, height: 10 }));
            return el("li", {}, el("span", {}, words(failure.outcome)), bar, el("b", {}, count(failure.count)));
          });
          swap($("failures"), rows.length ? el("ul", { class: "shares" }, rows) : el("p", { class: "empty" }, "None."));
        };

        """##
}
