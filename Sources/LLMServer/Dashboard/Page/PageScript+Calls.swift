extension DashboardPage {
    /// The view of calls with their decisions.
    static let scriptOfCalls = ##"""
        // The live stream of calls, and the decision of each.
        const calls = new Map();
        const kept = 400;
        const shownCalls = [];
        let paused = false;
        let heldBack = 0;

        const takeCall = (call) => {
          const old = calls.get(call.id);
          // A stream that begins anew repeats what it said.
          if (old?.closed && !call.closed) return;
          calls.set(call.id, call);
          if (!old) {
            if (paused) heldBack += 1;
            if (calls.size > kept) calls.delete([...calls.values()].reduce((a, b) => (a.started_at < b.started_at ? a : b)).id);
          }
        };
        const newest = () => [...calls.values()].sort((a, b) => b.started_at - a.started_at || (a.id < b.id ? 1 : -1));

        const line = (call) => {
          const group = callGroup(call);
          const cache = call.decision.cache?.kind;
          const retried = call.attempts.length > 1;
          return [
            el("span", { class: "at" }, clock(call.started_at)),
            el("span", { class: "who" }, modelName(call.model ?? call.attempts[call.attempts.length - 1]?.model), cache && cache !== "miss" ? badge(cache === "hit" ? "cache" : `cache: ${cache}`, "chosen") : "", retried ? badge(plural(call.attempts.length, "attempt"), "") : ""),
            el("span", { class: "task" }, call.task ?? ""),
            el("span", { class: `out ${group}` }, callOutcome(call)),
            el("span", { class: "num" }, call.closed ? duration(call.resp_ms) : ""),
            el("span", { class: "num" }, call.closed ? money(call.total_cost_usd) : ""),
          ];
        };
        const fact = (name, value) => (value === null || value === undefined || value === "" ? null : el("div", {}, el("dt", {}, name), el("dd", {}, value)));
        const constraintText = (asked) => {
          const limits = asked?.profile?.constraints ?? asked?.constraints;
          if (!limits) return null;
          return [
            limits.relative_quality !== undefined && `within ${percent(limits.relative_quality)} of the best`,
            limits.min_quality !== undefined && `quality at least ${significant(limits.min_quality, 2)}`,
            limits.max_case_cost_usd !== undefined && `at most ${money(limits.max_case_cost_usd)} a call`,
            limits.max_p95_ms !== undefined && `p95 at most ${duration(limits.max_p95_ms)}`,
            limits.willing_to_pay_usd !== undefined && `${money(limits.willing_to_pay_usd)} for a point of quality`,
            limits.local_only && "local models only",
            `confidence ${percent(limits.confidence)}`,
          ].filter(Boolean).join(", ");
        };
        const waterfall = (call) => {
          const ends = call.attempts.map((attempt) => (attempt.sent_ms ?? 0) + (attempt.e2e_ms ?? 0));
          const all = Math.max(1, call.resp_ms ?? 0, ...ends);
          return (attempt) => {
            if (attempt.sent_ms === null || attempt.e2e_ms === null) return null;
            const at = (ms) => (100 * ms) / all;
            const first = attempt.ttft_ms ?? attempt.e2e_ms;
            const look = attempt.outcome === "ok" ? "ok" : outcomeGroup(attempt.outcome);
            return svg("svg", { class: `fall ${look}`, viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
              svg("rect", { class: "wait", x: at(attempt.sent_ms), width: Math.max(0.4, at(first)), height: 10 }),
              svg("rect", { class: "decode", x: at(attempt.sent_ms + first), width: at(Math.max(0, attempt.e2e_ms - first)), height: 10 }));
          };
        };
        const cacheTokens = (option) => (option.warm_tokens ? `${option.estimated ? "about " : ""}${count(option.warm_tokens)} tokens warm` + (option.life_left_ms === undefined ? "" : ` for another ${duration(option.life_left_ms)}`) : "cold");
        const switchText = (change) => {
          if (!change) return null;
          const left = `${change.estimated ? "about " : ""}${count(change.tokens_left)} cached tokens left behind ${change.from === change.to ? `under another key of ${change.from}` : `at ${change.from}`}`;
          if (change.cost_usd === undefined) return `unknown (${left})`;
          return Number(change.cost_usd) < 0 ? `${money(-Number(change.cost_usd))} saved all the same (${left})` : `${money(change.cost_usd)} (${left})`;
        };
        const savedText = (use) => {
          if (!use) return null;
          if (use.saved_usd === undefined) return unknown;
          return Number(use.saved_usd) < 0 ? `${money(-Number(use.saved_usd))} paid to write it` : `${money(use.saved_usd)} saved`;
        };
        // Where the prompt was warm, and what the turns to come would cost there.
        const warmOptions = (use) => {
          if (!use?.options?.length) return [];
          const rows = use.options.map((option) => row(modelName(option.model), [cacheTokens(option), money(option.cost_usd), money(option.turns_cost_usd)]));
          const node = el("table", { class: "data" });
          table(node, "Warm prompt caches", ["candidate", "prompt cache", "this turn", `${use.turns} turns`], rows, "");
          return [el("h3", {}, "What staying and switching cost"), el("div", { class: "scroll" }, node)];
        };
        const card = (call) => {
          const { decision } = call;
          const fall = waterfall(call);
          const attempts = call.attempts.map((attempt, place) => row(el("span", {}, `${place + 1} `, modelName(attempt.model)), [
            el("td", { class: `out ${attempt.outcome ? outcomeGroup(attempt.outcome) : "open"}` }, attempt.outcome ? words(attempt.outcome) : "in flight", attempt.status && attempt.outcome !== "ok" ? ` ${attempt.status}` : "", el("small", { class: "text" }, attempt.message ?? "")),
            attempt.sent_ms === null ? unknown : "+" + duration(attempt.sent_ms),
            duration(attempt.ttft_ms),
            duration(attempt.e2e_ms),
            el("td", { class: "falls" }, fall(attempt)),
            el("td", {}, money(attempt.cost_usd), el("small", {}, attempt.cost_usd === null ? (attempt.cost_at_most_usd === null ? "" : `at most ${money(attempt.cost_at_most_usd)}`) : attempt.assumed ? "assumed" : "")),
            el("td", { class: "left" }, attempt.key ? el("code", {}, attempt.key) : unknown),
          ]));
          const attemptTable = el("table", { class: "data" });
          table(attemptTable, "Attempts", ["attempt", "outcome", "sent", "first token", "end", "in the call", "cost", "<key"], attempts, call.closed ? "None: no provider was asked." : "None yet.");
          const candidates = (decision.candidates ?? []).map((candidate) => {
            const chosen = candidate.model === call.model;
            const failed = call.attempts.filter((attempt) => attempt.model === candidate.model && attempt.outcome && attempt.outcome !== "ok").pop();
            return el("li", { class: candidate.skipped ? "skipped" : chosen ? "chosen" : "" }, el("span", { class: "who" }, modelName(candidate.model), chosen ? badge("answered", "chosen") : candidate.skipped ? badge("skipped", "") : "", failed && badge(words(failed.outcome), "bad")), el("span", { class: "why" }, candidate.why));
          });
          const events = (decision.steps ?? []).map((step) => el("li", {}, el("span", { class: "at" }, "+" + duration(step.after_ms)), el("span", {}, step.model && !step.what.includes(step.model) ? [...modelName(step.model), " "] : [], step.what)));
          const cache = decision.cache;
          const total = call.total_cost_usd === null && call.cost_at_most_usd !== null ? `unknown, at most ${money(call.cost_at_most_usd)}` : money(call.total_cost_usd);
          return [
            el("p", { class: "reason" }, decision.reason),
            call.error ? el("p", { class: "err" }, call.error) : null,
            el("dl", { class: "facts" },
              fact("call", el("code", {}, call.id)),
              fact("began", day(call.started_at)),
              fact("answer took", call.closed ? duration(call.resp_ms) : null),
              fact("cost", call.closed ? total : null),
              fact("asked for", constraintText(decision.asked)),
              fact("fallback", decision.asked ? (decision.asked.fallback ? "allowed" : "not allowed") : null),
              fact("cache", cache ? words(cache.kind) + (cache.saved_usd !== undefined ? `, ${money(cache.saved_usd)} saved` : "") : "not consulted"),
              fact("prompt cache", savedText(decision.prompt_cache)),
              fact("switch cost", switchText(decision.prompt_cache?.switch)),
              fact("selection table", decision.table_id ? el("a", { href: `#models?table=${encodeURIComponent(decision.table_id)}` }, decision.table_id) : null),
              fact("configuration", decision.arm)),
            candidates.length ? el("h3", {}, "Candidates, in the order they would be tried") : null,
            candidates.length ? el("ol", { class: "candidates" }, candidates) : null,
            el("h3", {}, "Attempts"), el("div", { class: "scroll" }, attemptTable),
            ...warmOptions(decision.prompt_cache),
            events.length ? el("h3", {}, "Waits and changes of route") : null,
            events.length ? el("ol", { class: "events" }, events) : null,
          ];
        };

        // A call's line, which opens into its card; both follow the call.
        const entry = (call, link) => {
          const node = link ? el("a", { class: "case", href: `#calls?call=${encodeURIComponent(call.id)}` }) : el("details", { class: "case" });
          node.dataset.id = call.id;
          if (link) return node;
          node.append(el("summary"), el("div", { class: "body" }));
          node.addEventListener("toggle", () => {
            const current = calls.get(call.id);
            if (node.open && current) swap(node.lastElementChild, ...card(current).filter(Boolean));
            const route = here();
            if (node.open) go({ ...route.filters, call: call.id });
            else if (route.filters.call === call.id) go({ ...route.filters, call: "" });
          });
          return node;
        };
        const update = (node, call, link) => {
          if (node.shown === call) return;
          node.shown = call;
          if (link) return swap(node, ...line(call));
          swap(node.firstElementChild, ...line(call));
          if (node.open) swap(node.lastElementChild, ...card(call).filter(Boolean));
        };
        // Puts lines in order, moving as few as possible, so that an open one keeps its place and the keyboard its focus.
        const arrange = (list, wanted, link) => {
          const old = new Map([...list.children].map((node) => [node.dataset.id, node]));
          let before = list.firstElementChild;
          for (const call of wanted) {
            const node = old.get(call.id) ?? entry(call, link);
            old.delete(call.id);
            update(node, call, link);
            if (node === before) before = before.nextElementSibling;
            else list.insertBefore(node, before);
          }
          for (const node of old.values()) node.remove();
        };
        const fits = (call, filters) => {
          if (filters.state && callGroup(call) !== filters.state) return false;
          if (filters.model && (call.model ?? call.attempts[0]?.model) !== filters.model) return false;
          if (filters.task && call.task !== filters.task) return false;
          const fromCache = ["hit", "stale", "shared"].includes(call.decision.cache?.kind);
          if (filters.cache && fromCache !== (filters.cache === "hit")) return false;
          if (filters.fallback && call.attempts.length < 2) return false;
          if (!filters.q) return true;
          const text = [call.id, call.model, call.task, call.error, call.decision.reason, ...call.attempts.flatMap((attempt) => [attempt.model, attempt.outcome, attempt.message])].join(" ");
          return text.toLowerCase().includes(filters.q.toLowerCase());
        };
        const options = (select, values) => {
          const present = [...select.options].slice(1).map((option) => option.value);
          const all = [...new Set([...present, ...values])].sort();
          if (all.length === present.length) return;
          const chosen = select.value;
          select.replaceChildren(select.options[0], ...all.map((value) => el("option", {}, value)));
          select.value = chosen;
        };
        const showCalls = () => {
          const all = newest();
          const { filters } = here();
          const form = $("filters");
          options(form.model, all.map((call) => call.model ?? call.attempts[0]?.model).filter(Boolean));
          options(form.task, all.map((call) => call.task).filter(Boolean));
          if (!paused) {
            shownCalls.length = 0;
            shownCalls.push(...all.map((call) => call.id));
          }
          const found = shownCalls.map((id) => calls.get(id)).filter((call) => call && (fits(call, filters) || call.id === filters.call));
          arrange($("list"), found, false);
          $("none").hidden = found.length > 0;
          $("none").textContent = all.length ? "No call matches." : "No live call yet. Point a program at this server, and its calls appear here.";
          $("shown").textContent = `${count(found.length)} of ${plural(all.length, "call")}` + (paused && heldBack ? `, ${count(heldBack)} new` : "") + (skippedCalls ? `, ${count(skippedCalls)} came too fast to be shown` : "");
        };
        const showLatest = () => {
          arrange($("latest"), newest().slice(0, 6), true);
          if (!calls.size && !$("latest").firstElementChild) $("latest").append(el("p", { class: "empty" }, "No live call yet. Point a program at this server, and its calls appear here."));
        };

        """##
}
