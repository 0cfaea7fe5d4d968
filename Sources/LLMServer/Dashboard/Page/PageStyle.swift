import DirGenBench

extension DashboardPage {
    /// The style of the page's frame: colours, type, tables and charts, as in the reports.
    static let styleOfFrame = ##"""
        \##(PageColours.colours)
        [hidden] { display: none !important; }
        html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; scrollbar-gutter: stable; }
        body { margin: 0; background: var(--bg); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
        code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; overflow-wrap: anywhere; }
        a { color: var(--accent); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        main:focus { outline: none; }
        .wrap { max-width: 1280px; margin: 0 auto; padding: 0 32px; }
        .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .skip { position: absolute; left: 12px; top: -60px; z-index: 9; padding: 8px 14px; border-radius: 8px; background: var(--text); color: var(--bg); }
        .skip:focus { top: 10px; }
        \##(PageColours.marks)

        .top { position: sticky; top: 0; z-index: 5; background: color-mix(in srgb, var(--bg) 92%, transparent); backdrop-filter: blur(8px); border-bottom: 1px solid var(--line); }
        .top .wrap { display: flex; align-items: center; gap: 20px; height: 52px; }
        .brand { margin: 0; font-weight: 650; letter-spacing: -.01em; white-space: nowrap; }
        .link { margin: 0; font-size: .8rem; color: var(--muted); white-space: nowrap; }
        .link::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 6px; border-radius: 50%; background: var(--muted); vertical-align: 1px; }
        .link.good::before { background: var(--good); } .link.bad { color: var(--bad); } .link.bad::before { background: var(--bad); }
        nav { display: flex; gap: 18px; margin-left: auto; overflow-x: auto; scrollbar-width: none; }
        nav a { color: var(--muted); text-decoration: none; font-size: .9rem; white-space: nowrap; padding: 14px 0 12px; border-bottom: 2px solid transparent; }
        nav a:hover { color: var(--text); } nav a[aria-current] { color: var(--text); border-color: var(--accent); font-weight: 600; }
        nav a:focus-visible { outline-offset: -3px; }
        #theme { width: 32px; height: 32px; padding: 7px; border: 1px solid var(--line); border-radius: 8px; background: none; color: var(--muted); cursor: pointer; flex: none; }
        #theme svg { display: block; }
        #theme circle { fill: none; stroke: currentColor; stroke-width: 1.4; } .half { fill: currentColor; }

        main.wrap { padding-top: 22px; padding-bottom: 80px; }
        h1 { font-size: 2.1rem; line-height: 1.15; letter-spacing: -.025em; margin: 14px 0 6px; font-weight: 680; }
        h2 { font-size: 1.4rem; letter-spacing: -.015em; margin: 0 0 8px; font-weight: 660; }
        h3 { font-size: 1rem; margin: 0; font-weight: 640; }
        section { padding: 36px 0 4px; }
        .note { color: var(--muted); margin: 0 0 14px; font-size: .93rem; max-width: 78ch; text-wrap: pretty; }
        .alert { color: var(--bad); }
        .banner { --tone: var(--fair); margin: 0 0 16px; padding: 9px 16px; border: 1px solid color-mix(in srgb, var(--tone) 40%, transparent); border-left: 4px solid var(--tone); border-radius: 8px; background: color-mix(in srgb, var(--tone) 9%, transparent); }
        .banner.bad { --tone: var(--bad); }
        .empty { color: var(--muted); padding: 18px; background: var(--soft); border-radius: 10px; margin: 8px 0 0; }
        td.empty { text-align: left; background: none; white-space: normal; }
        #hint { position: fixed; z-index: 9; max-width: min(320px, calc(100vw - 24px)); padding: 8px 11px; border-radius: 8px; background: var(--text); color: var(--bg); font-size: .82rem; line-height: 1.4; pointer-events: none; }

        /* Positioned: what is said to screen readers alone must not widen the page. */
        .scroll { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: 12px; background: linear-gradient(to left, var(--card) 20px, transparent) right / 40px 100% no-repeat local, linear-gradient(to left, rgb(0 0 0 / .2), transparent) right / 16px 100% no-repeat scroll, var(--card); }
        .scroll::-webkit-scrollbar { height: 11px; } .scroll::-webkit-scrollbar-thumb { background: var(--line); border: 2px solid var(--card); border-radius: 99px; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { padding: 9px 12px; text-align: right; vertical-align: baseline; white-space: nowrap; }
        th:first-child, .left { text-align: left; }
        thead th { font-weight: 550; color: var(--muted); font-size: .8rem; line-height: 1.35; vertical-align: bottom; border-bottom: 1px solid var(--line); }
        tbody tr + tr > * { border-top: 1px solid var(--line); }
        tbody th { font-weight: 560; }
        .select { font-size: .875rem; }
        .select tbody th, .select thead th:first-child { position: sticky; left: 0; z-index: 1; background: var(--card); padding-left: 14px; }
        .select tbody th { max-width: 18rem; min-width: 10.5rem; white-space: normal; line-height: 1.3; }
        .select small, .data small { color: var(--muted); font-size: .73rem; display: block; line-height: 1.25; }
        .select td.best { font-weight: 720; background: var(--tied); } .select tr.chosen th { box-shadow: inset 3px 0 var(--good); }
        .data { font-size: .84rem; } .data th, .data td { padding: 6px 12px; }
        .data tbody th { font-weight: 500; white-space: nowrap; }
        small.text { max-width: 26rem; min-width: 12rem; white-space: normal; margin-left: auto; overflow-wrap: anywhere; }
        .provider { color: var(--muted); font-weight: 450; } .model { overflow-wrap: anywhere; } .none { color: var(--muted); font-weight: 450; }
        .select th .model { display: inline-block; max-width: 100%; }
        .dim { color: var(--muted); }
        .badge { display: inline-block; margin-left: 7px; padding: 0 7px; border-radius: 99px; font-size: .7rem; font-weight: 560; line-height: 1.6; color: var(--muted); background: var(--soft); white-space: nowrap; }
        .badge.chosen { color: var(--good); background: color-mix(in srgb, var(--good) 14%, transparent); } .badge.bad { color: var(--bad); background: color-mix(in srgb, var(--bad) 12%, transparent); }
        .out.ok { color: var(--good); } .out.failed, td.failed { color: var(--bad); } .out.other { color: var(--fair); } .out.open { color: var(--accent); }
        td.failed small { color: var(--muted); }

        figure { margin: 18px 0 26px; padding: 20px 22px 14px; border: 1px solid var(--line); border-radius: 14px; background: var(--card); min-width: 0; }
        figcaption h2 { font-size: 1rem; letter-spacing: 0; margin-bottom: 2px; font-weight: 640; } figcaption .note { margin: 2px 0 10px; }
        .plot { min-height: 190px; }
        .chart { display: block; max-width: 100%; }
        .chart text { font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--muted); font-variant-numeric: tabular-nums; }
        .grid { stroke: var(--grid); stroke-width: 1; } .zero { stroke: var(--muted); stroke-width: 1.2; }
        .bar.ok { fill: var(--c0); } .bar.other { fill: var(--c4); } .bar.failed { fill: var(--bad); } .bar.cost { fill: var(--c2); }
        .hit { fill: transparent; } .pt:hover .hit { fill: var(--soft); } .pt:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
        .legend { list-style: none; margin: 10px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: .84rem; color: var(--muted); }
        .legend li { display: flex; align-items: center; }
        .sw { width: 11px; height: 11px; border-radius: 2px; margin-right: 7px; flex: none; background: var(--f); } .sw.ok { --f: var(--c0); } .sw.other { --f: var(--c4); } .sw.failed { --f: var(--bad); }
        .twin { margin-top: 10px; } .twin > summary { cursor: pointer; color: var(--muted); font-size: .86rem; padding: 4px 0; width: max-content; max-width: 100%; }
        .twin > summary:hover { color: var(--text); } .twin .scroll { margin-top: 8px; border-radius: 9px; max-height: 18rem; }
        .track { fill: var(--soft); } .spent { fill: var(--accent); } .wasted { fill: var(--bad); }
        .fp0 { --f: light-dark(#a31515, #ff8d83); } .fp1 { --f: light-dark(#d9541e, #ffb27a); } .fp2 { --f: light-dark(#8a4b08, #d99b55); } .fp3 { --f: light-dark(#c2185b, #ff9fc6); }
        .fp4 { --f: light-dark(#b07800, #f2d06b); } .fp5 { --f: light-dark(#5f1020, #c96a78); } .fp6 { --f: light-dark(#e0457b, #ffc9dc); } .fp7 { --f: light-dark(#6b5a00, #bfae4a); }
        .fc0 { --f: light-dark(#1f5fae, #86b7ff); } .fc1 { --f: light-dark(#0d7c86, #67d4dd); } .fc2 { --f: light-dark(#5a4bb0, #bcaeff); } .fc3 { --f: light-dark(#2e7d4f, #7fd6a2); }
        .fc4 { --f: light-dark(#5c6f82, #aabccd); }
        .fo { --f: light-dark(#757b82, #8b929b); }
        [class^=fp], [class^=fc], .fo { fill: var(--f); }

        """##
}
