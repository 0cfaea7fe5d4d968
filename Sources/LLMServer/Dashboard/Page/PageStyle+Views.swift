extension DashboardPage {
    /// The style of the views.
    static let styleOfViews = ##"""
        .tiles { list-style: none; margin: 0 0 4px; padding: 18px 24px; border: 1px solid var(--line); border-radius: 16px; background: var(--card); box-shadow: 0 1px 2px rgb(0 0 0 / .04), 0 10px 34px rgb(0 0 0 / .04); display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); gap: 16px; min-height: 116px; }
        .tiles li { display: flex; flex-direction: column; min-width: 0; }
        .tiles .label { color: var(--muted); font-size: .82rem; white-space: nowrap; }
        .tiles b { font-size: 1.55rem; line-height: 1.3; letter-spacing: -.02em; font-weight: 640; white-space: nowrap; } .tiles .bad b { color: var(--bad); }
        .ci { color: var(--muted); font-size: .82rem; }
        .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 18px; } .pair figure { margin-bottom: 0; }
        .shares { list-style: none; margin: 0; padding: 14px 18px; border: 1px solid var(--line); border-radius: 12px; background: var(--card); display: grid; gap: 8px; font-size: .9rem; }
        .shares li { display: grid; grid-template-columns: 11rem minmax(0, 1fr) 4rem; gap: 14px; align-items: center; } .shares b { text-align: right; font-weight: 600; }
        .share { width: 100%; height: 12px; border-radius: 3px; }
        .meter { display: block; width: 100%; min-width: 5rem; height: 6px; margin-top: 5px; border-radius: 3px; }
        td.wide { width: 30%; vertical-align: middle; }
        .more { font-size: .93rem; margin: 12px 0 0; }

        #filters, #spending-form { display: flex; flex-wrap: wrap; gap: 8px 10px; align-items: center; padding: 10px 0; font-size: .9rem; }
        #filters { position: sticky; top: 53px; z-index: 4; background: var(--bg); }
        #filters input[type=search] { flex: 1 1 180px; min-width: 0; }
        #filters input[type=search], select, #filters > button { font: inherit; color: inherit; padding: 6px 10px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); max-width: 100%; }
        #filters select { max-width: 190px; } #filters > button { cursor: pointer; min-width: 5.2rem; } #filters > button[aria-pressed=true] { border-color: var(--accent); color: var(--accent); }
        #filters label { display: flex; gap: 6px; align-items: center; white-space: nowrap; }
        #shown { color: var(--muted); margin-left: auto; white-space: nowrap; }
        .list-head, .case > summary, a.case { display: grid; grid-template-columns: 5rem minmax(0, 1fr) 9rem 10.5rem 5rem 5rem; gap: 14px; align-items: baseline; padding: 9px 8px; }
        .list-head { margin: 6px 0 0; font-size: .8rem; color: var(--muted); font-weight: 550; border-bottom: 1px solid var(--line); } .list-head span:nth-last-child(-n+2) { text-align: right; }
        .case { border-bottom: 1px solid var(--line); font-size: .9rem; }
        a.case { color: inherit; text-decoration: none; }
        .case > summary { cursor: pointer; list-style: none; } .case > summary::-webkit-details-marker { display: none; }
        a.case:hover, .case > summary:hover, .case[open] > summary { background: var(--soft); } .case[open] > summary { border-radius: 8px; } .case > summary:focus-visible { outline-offset: -2px; }
        .case .at, .case .task { color: var(--muted); } .case .num { text-align: right; }
        summary > .task, a > .task { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } summary > .out, a > .out { min-width: 0; overflow-wrap: anywhere; }
        .who { font-weight: 560; overflow-wrap: anywhere; min-width: 0; }
        .case .body { padding: 12px 8px 26px; } .case .body h3 { margin: 18px 0 8px; font-size: .93rem; }
        .reason { margin: 0 0 12px; max-width: 80ch; overflow-wrap: anywhere; } .verdict .reason { color: var(--muted); margin: 8px 0 0; }
        .err { margin: 0 0 12px; color: var(--bad); overflow-wrap: anywhere; }
        .facts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 40px; margin: 0 0 8px; font-size: .88rem; }
        .facts > div { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 12px; padding: 6px 0; border-bottom: 1px solid var(--line); }
        .facts dt { color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }
        .candidates, .events { margin: 0; padding: 0; list-style: none; counter-reset: place; font-size: .88rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); overflow: hidden; }
        .candidates li { counter-increment: place; display: grid; grid-template-columns: 1.4rem minmax(0, 1fr) minmax(0, 1.6fr); gap: 10px; padding: 7px 14px; align-items: baseline; } .candidates li::before { content: counter(place); color: var(--muted); }
        .candidates li + li, .events li + li { border-top: 1px solid var(--line); } .candidates .skipped .who { color: var(--muted); font-weight: 450; } .candidates li.chosen { box-shadow: inset 3px 0 var(--good); }
        .why { color: var(--muted); overflow-wrap: anywhere; }
        .events li { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: 10px; padding: 7px 14px; align-items: baseline; overflow-wrap: anywhere; } .events .at { color: var(--muted); }
        .falls { width: 18%; min-width: 7rem; vertical-align: middle; } .fall { display: block; width: 100%; height: 10px; background: var(--soft); border-radius: 2px; color: var(--c0); } .fall.failed { color: var(--bad); } .fall.other { color: var(--c4); }
        .wait { fill: currentColor; opacity: .35; } .decode { fill: currentColor; }

        .verdict { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 8px 40px; margin-top: 16px; padding: 22px 28px; border: 1px solid var(--line); border-radius: 16px; background: var(--card); --tone: var(--muted); }
        .verdict.good { --tone: var(--good); } .verdict.none { --tone: var(--bad); }
        .word { margin: 0 0 8px; } .pill { display: inline-block; padding: 2px 12px; border-radius: 99px; font-weight: 640; font-size: .88rem; color: var(--tone); background: color-mix(in srgb, var(--tone) 13%, transparent); }
        .verdict h2 { margin: 0; font-size: 1.5rem; }
        .proof { margin: 0; display: flex; flex-direction: column; gap: 7px; align-self: center; font-size: .92rem; } .proof > div { display: flex; justify-content: space-between; gap: 16px; }
        .proof dt { color: var(--muted); white-space: nowrap; } .proof dd { margin: 0; text-align: right; font-weight: 550; overflow-wrap: anywhere; }

        dialog { max-width: min(420px, calc(100vw - 32px)); padding: 24px; border: 1px solid var(--line); border-radius: 14px; background: var(--card); color: var(--text); } dialog::backdrop { background: rgb(0 0 0 / .45); }
        dialog input { display: block; width: 100%; margin: 4px 0 14px; padding: 8px 10px; font: inherit; color: inherit; border: 1px solid var(--line); border-radius: 8px; background: var(--bg); }
        dialog button { padding: 8px 16px; font: inherit; font-weight: 600; border: 0; border-radius: 8px; background: var(--accent); color: var(--bg); cursor: pointer; }

        @media (max-width: 860px) {
          .wrap { padding: 0 16px; } .top .wrap { gap: 12px; }
          .tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); padding: 16px 18px; } .pair { grid-template-columns: minmax(0, 1fr); gap: 0; }
          figure { padding: 16px 14px 12px; } .verdict { grid-template-columns: minmax(0, 1fr); padding: 20px; gap: 16px; }
          .facts { grid-template-columns: minmax(0, 1fr); } #filters { position: static; }
          .list-head { display: none; }
          .case > summary, a.case { grid-template-columns: auto minmax(0, auto) minmax(0, 1fr) auto; gap: 2px 12px; padding: 10px 4px; }
          summary > .who, a > .who { grid-column: 1 / 4; grid-row: 1; } summary > .at, a > .at { grid-row: 2; grid-column: 1; } summary > .num:nth-child(5), a > .num:nth-child(5) { grid-row: 1; grid-column: 4; }
          .candidates li { grid-template-columns: 1.4rem minmax(0, 1fr); } .candidates .why { grid-column: 2; }
          .events li { grid-template-columns: 4.4rem minmax(0, 1fr); }
        }
        @media (max-width: 520px) {
          .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); } .tiles li:last-child { grid-column: 1 / -1; }
          .tiles .label { white-space: normal; line-height: 1.3; }
          .select tbody th { min-width: 8rem; max-width: 9.5rem; } .select th .badge { margin: 2px 4px 0 0; }
          h1 { font-size: 1.7rem; } .top .wrap { flex-wrap: wrap; height: auto; gap: 0 12px; padding-top: 6px; } nav { order: 3; flex: 1 0 100%; margin: 0; justify-content: space-between; gap: 10px; } nav a { padding: 8px 0; } .link { margin-right: auto; }
          .facts > div { grid-template-columns: 7rem minmax(0, 1fr); } .shares li { grid-template-columns: 8.5rem minmax(0, 1fr) 2.6rem; gap: 10px; }
          #filters select { flex: 1 1 40%; min-width: 0; max-width: 100%; }
        }
        @media (prefers-reduced-motion: no-preference) { .case .out, .link::before { transition: color .2s, background .2s; } }
        @media print { .top, #filters, .skip { display: none !important; } }

        """##
}
