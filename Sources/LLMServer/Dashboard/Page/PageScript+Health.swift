extension DashboardPage {
    /// The view of safety lock, breakers, limits, keys and local models.
    static let scriptOfHealth = ##"""
        // Health: the safety lock, breakers, limits, keys, local models.
        const showHealth = ({ status }) => {
          if (!status) return;
          const { lock } = status;
          const look = lock.holds ? "none" : "good";
          $("lock").className = `verdict ${look}`;
          swap($("lock"),
            el("div", {}, el("p", { class: "word" }, el("span", { class: "pill" }, lock.state)), el("h2", {}, "Safety lock"), el("p", { class: "reason" }, lock.holds ? `Only local models answer${lock.reason ? `: ${lock.reason}` : "."}` : `All configured providers may answer${lock.reason ? `: ${lock.reason}` : "."}`)),
            el("dl", { class: "proof" },
              fact("changed", lock.changed_at ? day(lock.changed_at) : null),
              fact("releases", lock.releases_at ? until(lock.releases_at) : null),
              fact("next probe", lock.next_probe_at ? until(lock.next_probe_at) : null),
              lock.limited.map((limited) => fact(limited.provider, `limited, ends ${until(limited.until_at)}`)),
              fact("environment", status.environment),
              fact("providers", status.endpoints.map((endpoint) => endpoint.provider).join(", "))));
          const phase = (name) => el("td", { class: `out ${name === "closed" ? "ok" : name === "open" ? "failed" : "other"}` }, words(name));
          const ranks = { open: 0, half_open: 1 };
          const breakers = [...status.breakers].filter((breaker) => breaker.scope !== "other").sort((a, b) => (ranks[a.phase] ?? 2) - (ranks[b.phase] ?? 2));
          table($("breakers"), "Circuit breakers", ["of", "phase", "calls", "failed", "last failure", "opened", "probes"], breakers.map((breaker) => row(breaker.model ? modelName(breaker.model) : breaker.key ? [el("span", { class: "provider" }, breaker.provider + " key "), el("code", {}, breaker.key)] : [el("b", {}, breaker.provider), el("span", { class: "provider" }, " provider")], [
            phase(breaker.phase), count(breaker.calls),
            `${count(breaker.failed)}${breaker.failure_ratio === null ? "" : ` (${percent(breaker.failure_ratio)})`}`,
            breaker.last_failure ? words(breaker.last_failure) : unknown, breaker.openings ? plural(breaker.openings, "time") : "never",
            breaker.phase === "closed" ? "" : breaker.probing ? "now" : until(breaker.open_until_at),
          ])), "No provider was called yet.");
          const windows = status.limits.flatMap((limit) => {
            const name = [...modelName(limit.model), limit.key ? el("code", {}, ` ${limit.key}`) : ""];
            const blocked = limit.blocked_until_at ? el("td", { class: "out failed" }, `ends ${until(limit.blocked_until_at)}`) : "no";
            const all = limit.windows.length ? limit.windows : [null];
            return all.map((window, place) => row(place ? el("span", { class: "sr" }, ...name.map((part) => (part instanceof Node ? part.textContent : part))) : name, [
              window ? words(window.resource) + (window.window === "unknown" ? "" : ` a ${window.window}`) : unknown,
              window && window.limit !== null ? count(window.limit) : unknown,
              el("td", {}, window && window.remaining !== null ? count(Math.max(0, window.remaining)) : unknown, window && window.limit && window.remaining !== null ? meter(window.remaining / window.limit, "left", 0.1) : ""),
              window?.reset_at ? until(window.reset_at) : unknown,
              place ? "" : blocked, place ? "" : count(limit.in_flight),
            ]));
          });
          table($("limits"), "Rate limits", ["model and key", "window", "limit", "left", "resets", "blocked", "in flight"], windows, "No provider has reported a limit yet.");
          table($("keys"), "Provider keys", ["key", "provider", "state", "uses", "answered", "failures", "last used"], status.keys.map((key) => row([el("code", {}, key.fingerprint), key.variable ? el("span", { class: "provider" }, ` ${key.variable}`) : ""], [
            key.provider,
            el("td", { class: `out ${{ healthy: "ok", unused: "", retired: "failed", failing: "failed" }[key.state] ?? "other"}` }, words(key.state), el("small", {}, [key.because && words(key.because), key.until_at && `ends ${until(key.until_at)}`].filter(Boolean).join(", "))),
            count(key.uses), count(key.successes), Object.entries(key.failures).map(([name, times]) => `${words(name)} ${times}`).join(", ") || "none", key.last_used_at ? clock(key.last_used_at) : "never",
          ])), "No key is configured.");
          const local = status.local_servers.flatMap((server) => (server.loaded?.length ? server.loaded : [null]).map((model) => row(model ? model.model : server.provider, [
            server.endpoint,
            el("td", { class: `out ${server.problem ? "failed" : model ? "ok" : ""}` }, server.problem ?? (model ? (model.loading ? "loading" : model.in_use ? "in use" : "loaded") : server.loaded ? "no model in memory" : "not reported")),
            model?.backend ?? unknown, model?.last_used_at ? clock(model.last_used_at) : unknown, model?.keep_alive ?? unknown,
          ])));
          table($("local"), "Local models", ["model", "server", "state", "engine", "last used", "kept for"], local, "No local server is configured.");
        };
        // A part of a whole; in the colour of bad news below `low`.
        const meter = (share, name, low = 0) => svg("svg", { class: "meter", viewBox: "0 0 100 6", preserveAspectRatio: "none", role: "img", "aria-label": `${percent(Math.max(0, Math.min(1, share)))} ${name}` }, svg("rect", { class: "track", width: 100, height: 6 }), svg("rect", { class: share < low ? "wasted" : "spent", width: 100 * Math.max(0, Math.min(1, share)), height: 6 }));

        // The head of the page: what must be seen at once, in every view.
        let lastAlarm = "";
        const showAlarm = ({ status }) => {
          if (!status) return;
          const open = status.breakers.filter((breaker) => breaker.phase === "open" && breaker.scope !== "other");
          const text = [
            status.lock.holds && "The safety lock is engaged: only local models answer.",
            open.length && `Open circuit breakers: ${open.map((breaker) => breaker.model ?? (breaker.key ? `${breaker.provider} key ${breaker.key}` : breaker.provider)).join(", ")}.`,
          ].filter(Boolean).join(" ");
          $("alarm").textContent = text;
          $("alarm").hidden = !text;
          if (text !== lastAlarm) $("news").textContent = text || "All circuit breakers are closed.";
          lastAlarm = text;
          $("simulated").hidden = !status.simulated;
          document.title = (text ? "! " : "") + (status.simulated ? "SIMULATED · DirGen" : "DirGen");
        };

        """##
}
