extension DashboardPage {
    /// The runs: those that are stored, and the one that is under way in this server, as its events come.
    static let scriptOfRuns = ##"""
        // Runs: the stored ones are read when their view is looked at; the one under way here moves with its events.
        const stored = { runs: null, plans: new Map() };
        const showRuns = async () => {
          stored.runs = await get("api/runs?limit=50");
          const under = stored.runs.filter((run) => run.status === "running");
          stored.plans = new Map(await Promise.all(under.map(async (run) => [run.id, await get(`api/runs/${encodeURIComponent(run.id)}`)])));
          listRuns();
          await showRun(here().filters.run);
        };
        const listRuns = () => {
          if (!stored.runs) return;
          const { filters } = here();
          table($("runs"), "Runs, the newest first", ["run", "task", "status", "began", "trials", "pass rate", "provider failures", "spent", "report"], stored.runs.map((run) => {
            const live = state.run?.run === run.id && state.run.phase !== "ended" ? state.run : null;
            const repeats = stored.plans.get(run.id)?.repeats;
            const all = live ? live.total : repeats ? run.cases * run.arms.length * repeats : null;
            const done = Math.max(run.trials, live?.done ?? 0);
            const open = filters.run === run.id;
            return row([el("span", {}, run.dataset), run.simulated ? badge("simulated", "") : "", el("small", {}, el("code", {}, run.id))], [
              run.task,
              el("td", { class: `out ${run.status === "complete" ? "ok" : run.status === "running" ? "open" : "other"}` }, words(live && live.phase !== "running" ? live.phase : run.status), run.partial ? el("small", {}, "part of the dataset") : ""),
              day(run.started_at),
              el("td", {}, all ? `${count(done)} of ${count(all)}` : count(run.trials), all ? meter(done / all, "done") : ""),
              percent(run.pass_rate), count(run.provider_failures), money(live ? live.spent_usd : run.spent_usd),
              el("a", { href: `#models?run=${encodeURIComponent(open ? "" : run.id)}`, "aria-expanded": String(open) }, open ? "Hide" : "Figures"),
            ]);
          }), "No run yet.");
        };
        // A run that ended before this page looked is no news.
        let watched = null;
        const takeRun = (run) => {
          const before = state.run;
          state.run = run;
          if (run.phase !== "ended") watched = run.run;
          if (before?.run === run.run && before.phase === run.phase) return;
          if (watched === run.run) $("news").textContent = run.phase === "ended" ? `The run has ended: ${words(run.status)}.` : `A run is ${run.phase}.`;
          refresh();
        };
        const showUnderWay = () => {
          const run = state.run?.run === watched ? state.run : null;
          $("under-part").hidden = !run;
          if (!run) return;
          const ended = run.phase === "ended";
          $("under-title").textContent = ended ? "Run that has just ended" : "Run in progress";
          const node = el("table", { class: "select" });
          table(node, "The run by model", ["model", "trials", "answered", "failed", "retries", "response p50", "cost"], run.arms.map((arm) => row(modelName(arm.arm), [
            el("td", {}, `${count(arm.done)} of ${count(arm.total)}`, arm.total ? meter(arm.done / arm.total, "done") : ""),
            count(arm.ok), el("td", { class: arm.failed ? "failed" : "" }, count(arm.failed)), count(arm.retries), duration(arm.resp_p50_ms), money(arm.cost_usd),
          ])), "No model has begun.");
          swap($("under"), el("p", {}, el("a", { href: `#models?run=${encodeURIComponent(run.run)}` }, run.task), ` ${words(ended ? run.status : run.phase)}: ${count(run.done)} of ${plural(run.total, "trial")}`, ended ? "" : `, ${count(run.in_flight)} in flight`, "; ", money(run.spent_usd), " spent", run.max_cost_usd === null ? "" : [" of at most ", money(run.max_cost_usd)], ".", run.total ? meter(run.done / run.total, "done") : ""),
            run.note ? el("p", { class: "note" }, run.note) : null, run.problem ? el("p", { class: "alert" }, run.problem) : null, el("div", { class: "scroll" }, node));
        };
        const showRun = async (id) => {
          if (!id) return swap($("run"));
          const run = await get(`api/runs/${encodeURIComponent(id)}`);
          const node = el("table", { class: "select" });
          table(node, `Models of run ${run.id}`, ["model", "trials", "pass rate", "answered", "cost", "cost of a pass", "time of a pass"], run.arms.map((arm) => row(modelName(arm.arm), [count(arm.n_attempted), percent(arm.pass_rate), percent(arm.ok_rate), money(arm.cost_usd), money(arm.cost_per_pass_usd), duration(arm.time_per_pass_ms)])), "No model.");
          swap($("run"), el("figure", {}, el("figcaption", {}, el("h3", {}, run.dataset), el("p", { class: "note" }, `Seed ${run.seed}, ${plural(run.repeats, "repeat")}, ${plural(run.cases, "case")}, graders ${run.grader_version}, prices ${run.price_version}${run.time_scale === 1 ? "" : `, times scaled by ${run.time_scale}`}.`)), el("div", { class: "scroll" }, node),
            el("dl", { class: "facts" }, fact("run", el("code", {}, run.id)), fact("dataset", run.dataset_path), fact("began", day(run.started_at)), fact("ended", run.ended_at ? day(run.ended_at) : null), fact("arguments", el("code", {}, run.arguments.join(" ")))),
            storage(keyName) ? null : el("p", { class: "more" }, el("a", { href: `api/runs/${encodeURIComponent(run.id)}` }, "This run's data as JSON"))));
        };

        """##
}
