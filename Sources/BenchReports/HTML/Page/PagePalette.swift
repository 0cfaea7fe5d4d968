/// The colours of pages, light and dark, and the marks of models by colour and form: of the reports and of the dashboard.
package enum PagePalette {
    package static let colours = ##"""
        :root {
          color-scheme: light dark;
          --bg: light-dark(#fcfcfb, #121417);
          --card: light-dark(#ffffff, #191c20);
          --soft: light-dark(#f3f4f2, #20242a);
          --line: light-dark(#e2e4e0, #2e333a);
          --text: light-dark(#1a1d21, #e9ebee);
          --muted: light-dark(#5c636b, #a2aab4);
          --accent: light-dark(#0b5cad, #82b8ff);
          --good: light-dark(#12704a, #57cf9a);
          --fair: light-dark(#7a5b00, #e5c15a);
          --bad: light-dark(#b3261e, #ff8d83);
          --tied: light-dark(#e3eefa, #1d3047);
          --grid: light-dark(#ebedea, #272b31);
          --c0: light-dark(#2060c4, #7fb2ff);
          --c1: light-dark(#c04a00, #ff9f62);
          --c2: light-dark(#0a7a5a, #4fd3a6);
          --c3: light-dark(#a3298c, #f296df);
          --c4: light-dark(#836700, #e2c44e);
          --c5: light-dark(#0c7896, #5ed2f0);
          --c6: light-dark(#6847c0, #bda6ff);
          --c7: light-dark(#b3274a, #ff90a8);
          --c8: light-dark(#59626e, #b6bfca);
          --c9: light-dark(#4c7a0c, #b4d95c);
          --c10: light-dark(#7a4a2b, #d8a987);
          --c11: light-dark(#96507a, #e6b4d2);
        }
        :root[data-theme=light] { color-scheme: light; }
        :root[data-theme=dark] { color-scheme: dark; }
        * { box-sizing: border-box; }
        """##

    package static let marks = ##"""
        .m { display: inline-block; width: .85em; height: .85em; margin-right: .45em; vertical-align: -.06em; background: currentColor; flex: none; print-color-adjust: exact; forced-color-adjust: none; }
        .m.a0 { clip-path: circle(40%); }
        .m.a1 { clip-path: polygon(14.8% 14.8%, 85.2% 14.8%, 85.2% 85.2%, 14.8% 85.2%); }
        .m.a2 { clip-path: polygon(50% 5.2%, 92% 82%, 8% 82%); }
        .m.a3 { clip-path: polygon(50% 2%, 98% 50%, 50% 98%, 2% 50%); }
        .m.a4 { clip-path: polygon(50% 94.8%, 92% 18%, 8% 18%); }
        .m.a5 { clip-path: polygon(34% 6%, 66% 6%, 66% 34%, 94% 34%, 94% 66%, 66% 66%, 66% 94%, 34% 94%, 34% 66%, 6% 66%, 6% 34%, 34% 34%); }
        .m.a6 { clip-path: polygon(50% 6%, 92% 36.4%, 76% 86%, 24% 86%, 8% 36.4%); }
        .m.a7 { clip-path: polygon(26% 6%, 50% 30%, 74% 6%, 94% 26%, 70% 50%, 94% 74%, 74% 94%, 50% 70%, 26% 94%, 6% 74%, 30% 50%, 6% 26%); }
        .m.a8 { clip-path: polygon(50% 0%, 64.4% 33.2%, 98% 34.8%, 72.4% 56.4%, 80.4% 90.8%, 50% 72.4%, 19.6% 90.8%, 27.6% 56.4%, 2% 34.8%, 35.6% 33.2%); }
        .m.a9 { clip-path: polygon(28% 10%, 72% 10%, 94% 50%, 72% 90%, 28% 90%, 6% 50%); }
        .m.a10 { clip-path: polygon(12% 8%, 88% 8%, 12% 92%, 88% 92%); }
        .m.a11 { clip-path: polygon(94.8% 50%, 18% 92%, 18% 8%); }
        .a0 { color: var(--c0); } .a1 { color: var(--c1); } .a2 { color: var(--c2); } .a3 { color: var(--c3); } .a4 { color: var(--c4); }
        .a5 { color: var(--c5); } .a6 { color: var(--c6); } .a7 { color: var(--c7); } .a8 { color: var(--c8); } .a9 { color: var(--c9); }
        .a10 { color: var(--c10); } .a11 { color: var(--c11); }
        """##
}
