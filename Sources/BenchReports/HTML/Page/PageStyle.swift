extension PageTemplates {
    /// The style sheet, in the page itself: the report needs no network.
    static let style = ##"""
        \##(PagePalette.colours)
        html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--bg); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
        code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
        a { color: var(--accent); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        .wrap { max-width: 1280px; margin: 0 auto; padding: 0 32px; }
        .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        \##(PagePalette.marks)

        .top { position: sticky; top: 0; z-index: 5; background: color-mix(in srgb, var(--bg) 92%, transparent); backdrop-filter: blur(8px); border-bottom: 1px solid var(--line); }
        .top .wrap { display: flex; align-items: center; gap: 20px; height: 52px; }
        .brand { margin: 0; font-weight: 650; letter-spacing: -.01em; white-space: nowrap; }
        nav { display: flex; gap: 18px; margin-left: auto; overflow-x: auto; scrollbar-width: none; }
        nav a { color: var(--muted); text-decoration: none; font-size: .9rem; white-space: nowrap; padding: 4px 0; }
        nav a:hover { color: var(--text); }
        #theme { width: 32px; height: 32px; padding: 7px; border: 1px solid var(--line); border-radius: 8px; background: none; color: var(--muted); cursor: pointer; flex: none; }
        #theme svg { display: block; }
        .half { fill: currentColor; stroke: currentColor; stroke-width: 1.4; fill-rule: evenodd; }

        .intro { padding: 40px 0 20px; }
        h1 { font-size: 2.1rem; line-height: 1.15; letter-spacing: -.025em; margin: 0 0 6px; font-weight: 680; }
        .intro p { margin: 0; color: var(--muted); }
        .intro b { color: var(--text); font-weight: 600; }
        .alert { color: var(--bad) !important; }
        .banner { margin: 0 0 20px; padding: 11px 16px; border: 1px solid color-mix(in srgb, var(--fair) 40%, transparent); border-left: 4px solid var(--fair); border-radius: 8px; background: color-mix(in srgb, var(--fair) 9%, transparent); }
        section { padding: 44px 0 4px; }
        section > h2 { font-size: 1.4rem; letter-spacing: -.015em; margin: 0 0 8px; font-weight: 660; }
        h3 { font-size: 1rem; margin: 0; font-weight: 640; }
        .note { color: var(--muted); margin: 0 0 14px; font-size: .93rem; max-width: 78ch; text-wrap: pretty; }
        .scale { display: inline-block; font-size: .72rem; font-weight: 550; color: var(--fair); letter-spacing: 0; white-space: nowrap; }
        .empty { color: var(--muted); padding: 18px; background: var(--soft); border-radius: 10px; margin: 8px 0 0; }

        .q { width: 16px; height: 16px; padding: 0; margin-left: 5px; border: 1px solid var(--line); border-radius: 50%; background: var(--card); color: var(--muted); font: 600 10.5px/1 system-ui, sans-serif; cursor: help; vertical-align: 2px; position: relative; }
        .q::after { content: ""; position: absolute; inset: -5px; }
        .q:hover { color: var(--accent); border-color: currentColor; }
        .terms { margin: 0 0 4px; display: flex; flex-wrap: wrap; gap: 0 14px; color: var(--muted); font-size: .82rem; } .term { white-space: nowrap; }
        .tip { max-width: min(360px, calc(100vw - 32px)); padding: 12px 16px; border: 1px solid var(--line); border-radius: 10px; background: var(--card); color: var(--text); box-shadow: 0 8px 30px rgb(0 0 0 / .18); font-size: .9rem; }
        .tip p { margin: 4px 0 0; color: var(--muted); }
        #hint { position: fixed; z-index: 9; max-width: min(320px, calc(100vw - 24px)); padding: 8px 11px; border-radius: 8px; background: var(--text); color: var(--bg); font-size: .82rem; line-height: 1.4; pointer-events: none; }

        .verdict { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 8px 40px; padding: 26px 28px; border: 1px solid var(--line); border-radius: 16px; background: var(--card); box-shadow: 0 1px 2px rgb(0 0 0 / .04), 0 10px 34px rgb(0 0 0 / .04); --tone: var(--muted); }
        .verdict.good { --tone: var(--good); } .verdict.fair { --tone: var(--fair); } .verdict.weak { --tone: var(--fair); } .verdict.none { --tone: var(--bad); }
        .word { margin: 0 0 8px; }
        .pill { display: inline-block; padding: 2px 12px; border-radius: 99px; font-weight: 640; font-size: .88rem; color: var(--tone); background: color-mix(in srgb, var(--tone) 13%, transparent); }
        .verdict h2 { margin: 0; font-size: 1.85rem; line-height: 1.2; letter-spacing: -.02em; font-weight: 680; overflow-wrap: anywhere; }
        .verdict h2 .m { width: .6em; height: .6em; vertical-align: .06em; }
        .provider { color: var(--muted); font-weight: 450; }
        .reason { margin: 8px 0 0; color: var(--muted); max-width: 60ch; }
        .proof { margin: 0; display: flex; flex-direction: column; gap: 7px; align-self: center; font-size: .92rem; }
        .proof > div { display: flex; justify-content: space-between; gap: 16px; }
        .proof dt { color: var(--muted); white-space: nowrap; }
        .proof dd { margin: 0; text-align: right; font-weight: 550; overflow-wrap: anywhere; }
        .gauge { width: 100%; height: 10px; margin-top: 3px; }
        .gauge .track { fill: var(--line); } .gauge .fill { fill: var(--tone); } .gauge .need { fill: var(--text); }
        .tiles { grid-column: 1 / -1; list-style: none; margin: 18px 0 0; padding: 18px 0 0; border-top: 1px solid var(--line); display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 16px; }
        .tiles li { display: flex; flex-direction: column; min-width: 0; }
        .tiles .label { color: var(--muted); font-size: .82rem; white-space: nowrap; }
        .tiles b { font-size: 1.4rem; line-height: 1.3; letter-spacing: -.02em; font-weight: 640; white-space: nowrap; }
        .ci { color: var(--muted); font-size: .82rem; white-space: nowrap; }

        /* Positioned: what is said to screen readers alone must not widen the page. */
        .scroll { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: 12px; background: linear-gradient(to left, var(--card) 20px, transparent) right / 40px 100% no-repeat local, linear-gradient(to left, rgb(0 0 0 / .2), transparent) right / 16px 100% no-repeat scroll, var(--card); }
        .scroll::-webkit-scrollbar { height: 11px; } .scroll::-webkit-scrollbar-thumb { background: var(--line); border: 2px solid var(--card); border-radius: 99px; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { padding: 9px 12px; text-align: right; vertical-align: baseline; white-space: nowrap; }
        th:first-child { text-align: left; }
        thead th { font-weight: 550; color: var(--muted); font-size: .8rem; line-height: 1.35; vertical-align: bottom; border-bottom: 1px solid var(--line); }
        thead .scale { display: block; }
        tbody tr + tr > * { border-top: 1px solid var(--line); }
        tbody th { font-weight: 560; }
        .select { font-size: .875rem; } .select th, .select td { padding: 9px 6px; }
        .select thead .scale { white-space: normal; }
        .select tbody th { position: sticky; left: 0; z-index: 1; background: var(--card); max-width: 15rem; white-space: normal; min-width: 10.5rem; padding-left: 14px; line-height: 1.3; }
        .select thead th:first-child { position: sticky; left: 0; background: var(--card); z-index: 1; padding-left: 14px; }
        .select td > span:first-child { display: block; }
        .select small { color: var(--muted); font-size: .73rem; display: block; min-height: 1.2em; line-height: 1.2; }
        .select td.best > span:first-child { font-weight: 720; }
        .select td.best, .select td.tied { background: var(--tied); }
        .select tr.chosen th { box-shadow: inset 3px 0 var(--good); }
        /* A name goes to a line of its own before it breaks. */
        .select .model { display: inline-block; max-width: 100%; } .model { overflow-wrap: anywhere; }
        .badge { display: inline-block; margin-left: 7px; padding: 0 7px; border-radius: 99px; font-size: .7rem; font-weight: 560; line-height: 1.6; color: var(--muted); background: var(--soft); white-space: nowrap; }
        .badge.chosen { color: var(--good); background: color-mix(in srgb, var(--good) 14%, transparent); }

        figure { margin: 18px 0 26px; padding: 20px 22px 14px; border: 1px solid var(--line); border-radius: 14px; background: var(--card); }
        figcaption .note { margin: 2px 0 10px; }
        figcaption h3 { margin-bottom: 2px; }
        .chart { display: block; width: 100%; height: auto; overflow: visible; }
        .chart.phone { display: none; }
        .chart text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--text); font-variant-numeric: tabular-nums; }
        .chart .tick, .chart .axis { fill: var(--muted); font-size: 11.5px; }
        .chart .name { font-size: 12.5px; paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; } .chart .name.dim { fill: var(--muted); } .chart .name.chosen { font-weight: 680; }
        .chart .value { fill: var(--muted); paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
        .grid { stroke: var(--grid); stroke-width: 1; }
        .lane { stroke: var(--line); stroke-dasharray: 2 4; }
        .band { stroke: var(--good); stroke-dasharray: 5 5; opacity: .55; }
        .zero { stroke: var(--muted); stroke-width: 1.2; }
        .frontier { fill: none; stroke: var(--accent); stroke-width: 1.6; opacity: .5; stroke-linejoin: round; }
        .whisker { stroke: currentColor; stroke-width: 1.5; opacity: .5; } .whisker.thick { stroke-width: 3; stroke-linecap: round; opacity: .4; }
        .whisker.over { stroke: var(--text); stroke-width: 1.4; opacity: .75; }
        .mk { fill: currentColor; stroke: var(--card); stroke-width: 1.2; paint-order: stroke; }
        .halo { fill: none; stroke: currentColor; stroke-width: 1.6; opacity: .65; }
        .dominated { color: var(--muted); opacity: .85; }
        .pt { outline-offset: 3px; } .pt:focus-visible { outline: 2px solid var(--accent); }
        .curve { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linejoin: round; opacity: .85; }
        .strong .curve { stroke-width: 2.8; opacity: 1; }
        .plateau { stroke: currentColor; stroke-width: 1.2; stroke-dasharray: 2 4; opacity: .75; fill: none; }
        .a1 .curve { stroke-dasharray: 9 3; } .a3 .curve { stroke-dasharray: 4 2; } .a5 .curve { stroke-dasharray: 10 3 2 3; } .a7 .curve { stroke-dasharray: 6 2 2 2 2 2; } .a8 .curve { stroke-dasharray: 2 2; } .a10 .curve { stroke-dasharray: 12 3 3 3; } .a11 .curve { stroke-dasharray: 1 3; }
        .wait { fill: currentColor; opacity: .3; } .decode { fill: currentColor; } .answer { stroke: var(--text); stroke-width: 2; }
        .track { fill: var(--soft); } .spent { --f: var(--accent); fill: var(--f); } .wasted { --f: var(--bad); fill: var(--f); }
        .mark { stroke: var(--muted); stroke-width: 1.5; } .limit { stroke: var(--text); stroke-width: 2; }
        .fp0 { --f: light-dark(#a31515, #ff8d83); } .fp1 { --f: light-dark(#d9541e, #ffb27a); } .fp2 { --f: light-dark(#8a4b08, #d99b55); } .fp3 { --f: light-dark(#c2185b, #ff9fc6); }
        .fp4 { --f: light-dark(#b07800, #f2d06b); } .fp5 { --f: light-dark(#5f1020, #c96a78); } .fp6 { --f: light-dark(#e0457b, #ffc9dc); } .fp7 { --f: light-dark(#6b5a00, #bfae4a); }
        .fc0 { --f: light-dark(#1f5fae, #86b7ff); } .fc1 { --f: light-dark(#0d7c86, #67d4dd); } .fc2 { --f: light-dark(#5a4bb0, #bcaeff); } .fc3 { --f: light-dark(#2e7d4f, #7fd6a2); }
        .fc4 { --f: light-dark(#5c6f82, #aabccd); }
        .fo { --f: light-dark(#757b82, #8b929b); }
        [class^=fp], [class^=fc], .fo, .sw { fill: var(--f); background: var(--f); }
        .chart text.in { fill: light-dark(#fff, #14171a); font-weight: 650; font-size: 11px; }
        .legend { list-style: none; margin: 10px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: .84rem; color: var(--muted); }
        .legend li { display: flex; align-items: center; cursor: default; }
        .sw { width: 11px; height: 11px; border-radius: 2px; margin-right: 7px; flex: none; }
        .faded { opacity: .13; }
        .twin { margin-top: 10px; } .twin > summary { cursor: pointer; color: var(--muted); font-size: .86rem; padding: 4px 0; width: max-content; max-width: 100%; }
        .twin > summary:hover { color: var(--text); } .twin .scroll { margin-top: 8px; border-radius: 9px; }
        .data { font-size: .84rem; } .data th, .data td { padding: 6px 12px; }

        #filters { position: sticky; top: 53px; z-index: 4; display: flex; flex-wrap: wrap; gap: 8px 10px; align-items: center; padding: 10px 0; background: var(--bg); font-size: .9rem; border-bottom: 1px solid var(--line); }
        #filters[hidden] { display: none; }
        #filters input[type=search] { flex: 1 1 220px; min-width: 0; }
        #filters input[type=search], #filters select, #filters > button { font: inherit; color: inherit; padding: 6px 10px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); max-width: 100%; }
        #filters select { max-width: 190px; }
        #filters > button { cursor: pointer; }
        #filters label { display: flex; gap: 6px; align-items: center; white-space: nowrap; }
        #shown { color: var(--muted); margin-left: auto; white-space: nowrap; }
        .case { border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 46px; }
        .case > summary { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr) auto 3.4rem; gap: 14px; align-items: center; padding: 10px 6px; cursor: pointer; list-style: none; }
        .case > summary::-webkit-details-marker { display: none; }
        .case > summary:hover { background: var(--soft); }
        .case > summary code { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--muted); }
        .case[open] > summary { position: relative; background: var(--soft); border-radius: 8px; }
        .title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
        .dots { display: flex; gap: 3px; flex-wrap: wrap; max-width: 168px; }
        .dots i, .key { print-color-adjust: exact; width: 11px; height: 11px; border-radius: 3px; display: inline-block; flex: none; }
        i.p { background: var(--good); } i.w { box-shadow: inset 0 0 0 2px var(--fair); } i.u { box-shadow: inset 0 0 0 1px var(--muted); opacity: .6; }
        i.x { background: linear-gradient(45deg, transparent 41%, var(--bad) 41% 59%, transparent 59%), linear-gradient(-45deg, transparent 41%, var(--bad) 41% 59%, transparent 59%); }
        .key { vertical-align: -1px; margin: 0 1px 0 5px; }
        .sum { text-align: right; color: var(--muted); font-size: .88rem; }
        .body { padding: 12px 6px 26px; }
        .ask { padding-bottom: 14px; }
        .msg > b { display: block; font-size: .74rem; font-weight: 600; color: var(--muted); margin: 8px 0 2px; }
        pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; line-height: 1.5; max-height: 26rem; overflow: auto; }
        .ask pre { padding: 10px 14px; border-radius: 9px; background: var(--soft); }
        .ref pre { background: color-mix(in srgb, var(--good) 8%, var(--bg)); }
        .checks { margin: 10px 0 0; padding-left: 22px; font-size: .84rem; color: var(--muted); } .checks code { color: var(--text); } .val { overflow-wrap: anywhere; }
        .answers { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; }
        article { border: 1px solid var(--line); border-radius: 11px; padding: 12px 14px; background: var(--card); min-width: 0; }
        article h4 { margin: 0; font-size: .92rem; font-weight: 620; display: flex; align-items: center; overflow-wrap: anywhere; }
        article h4 b { margin-left: auto; padding-left: 10px; font-size: .8rem; font-weight: 650; white-space: nowrap; color: var(--muted); }
        [data-p=p] h4 b { color: var(--good); } [data-p=w] h4 b { color: var(--fair); } [data-p=x] h4 b { color: var(--bad); }
        .nums { margin: 2px 0 6px; color: var(--muted); font-size: .8rem; }
        .chips { list-style: none; margin: 0 0 6px; padding: 0; display: flex; flex-wrap: wrap; gap: 5px; font-size: .76rem; }
        .chips li { padding: 1px 8px; border-radius: 6px; background: var(--soft); overflow-wrap: anywhere; }
        .chips li::before { font-weight: 700; margin-right: 5px; } .chips li::before { content: "✓"; color: var(--good); } .chips li.w::before { content: "✗"; color: var(--fair); } .chips li.u::before { content: "?"; color: var(--muted); }
        .chips li.w { background: color-mix(in srgb, var(--fair) 12%, transparent); }
        .chips span { color: var(--muted); margin-left: 6px; }
        .tries { list-style: none; margin: 0 0 8px; padding: 0; font-size: .76rem; color: var(--muted); } .tries b { color: var(--bad); font-weight: 600; }
        .err { margin: 0 0 6px; color: var(--bad); font-size: .84rem; overflow-wrap: anywhere; }
        article > pre { border-top: 1px solid var(--line); padding-top: 8px; }
        .same { margin: 0; color: var(--muted); font-size: .84rem; border-top: 1px solid var(--line); padding-top: 8px; }
        .cut { color: var(--fair); font-family: system-ui, sans-serif; }
        .think summary { cursor: pointer; color: var(--muted); font-size: .8rem; }

        .warnings { margin: 8px 0 22px; padding: 0; list-style: none; font-size: .93rem; }
        .warnings li { padding: 7px 12px; border-left: 3px solid var(--fair); background: color-mix(in srgb, var(--fair) 7%, transparent); margin-bottom: 4px; border-radius: 0 7px 7px 0; }
        .warnings li.fine { border-color: var(--good); background: color-mix(in srgb, var(--good) 7%, transparent); }
        .facts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 40px; margin: 0 0 26px; font-size: .88rem; }
        .facts > div { display: grid; grid-template-columns: 9.5rem minmax(0, 1fr); gap: 12px; padding: 6px 0; border-bottom: 1px solid var(--line); }
        .facts dt, .defs dt { color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }
        #trust h3 { margin: 0 0 10px; } #trust .data th, #trust .data td { text-align: left; }
        dl.defs { margin: 8px 0; font-size: .88rem; display: grid; gap: 8px; }
        dl.defs > div { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 16px; } dl.defs dd { margin: 0; max-width: 80ch; }
        main { padding-bottom: 80px; }

        @media (max-width: 860px) {
          .wrap { padding: 0 16px; }
          .chart.wide { display: none; } .chart.phone { display: block; max-width: 34rem; margin: 0 auto; }
          .verdict { grid-template-columns: minmax(0, 1fr); padding: 20px; gap: 16px; }
          .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); margin-top: 2px; }
          .verdict h2 { font-size: 1.45rem; }
          figure { padding: 16px 14px 12px; }
          .facts { grid-template-columns: minmax(0, 1fr); }
          .answers { grid-template-columns: minmax(0, 1fr); }
          .case > summary { grid-template-columns: auto 1fr auto; gap: 4px 12px; }
          .case > summary .title { grid-column: 1 / -1; grid-row: 2; white-space: normal; display: -webkit-box; -webkit-line-clamp: 2; line-clamp: 2; -webkit-box-orient: vertical; }
          .dots { justify-self: end; }
          #filters { position: static; }
          dl.defs > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
        }
        @media (max-width: 520px) {
          .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
          .select tbody th { min-width: 9rem; max-width: 9.5rem; } .select th .provider { display: block; }
          .badge { margin: 2px 4px 0 0; }
          h1 { font-size: 1.7rem; } .intro { padding: 26px 0 16px; }
          nav { gap: 14px; mask-image: linear-gradient(to right, #000 85%, transparent); } .top .wrap { gap: 12px; }
          .facts > div { grid-template-columns: 7rem minmax(0, 1fr); }
        }
        @media print {
          :root { color-scheme: light; }
          .top, #filters, .q, .tip, .twin > summary { display: none !important; }
          .wrap { max-width: none; padding: 0; } body { font-size: 11pt; background: #fff; }
          figure, .verdict, .case, article, tr { break-inside: avoid; } section { padding-top: 20px; }
          .scroll { overflow: visible; } .select { font-size: 8pt; } .select th, .select td { padding: 4px; }
          pre { max-height: none; }
        }
        @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } .pt { transition: opacity .15s; } }

        """##
}
