/// The files of the HTML report's page: its frame, style and script.
///
/// String literals: an embedded resource becomes an array literal, which takes seconds to optimise in every release build.
enum PageTemplates {}

extension PageTemplates {
    /// A Mustache template, rendered with `PageContext`.
    static let frame = ##"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta http-equiv="Content-Security-Policy" content="{{policy}}"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>{{title}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <header class="top">
        <div class="wrap">
        <p class="brand">{{program}}</p>
        <nav aria-label="Sections"><a href="#models">Models</a><a href="#quality">Quality</a><a href="#latency">Latency</a>{{#load}}<a href="#load">Load</a>{{/load}}<a href="#failures">Failures</a><a href="#money">Money</a><a href="#cases">Cases</a><a href="#trust">Trust</a></nav>
        <button type="button" id="theme" hidden="hidden" aria-label="Switch between light and dark"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1a7 7 0 1 0 0 14zM8 1a7 7 0 0 1 0 14" class="half"/></svg></button>
        </div>
        </header>
        <main class="wrap">
        <div class="intro">
        <h1>{{dataset}}</h1>
        <p>task <b>{{task}}</b> · {{size}} · {{date}} · run <code>{{run}}</code>{{^isComplete}} · <b class="alert">{{status}}</b>{{/isComplete}}</p>
        </div>
        {{#banner}}
        <p class="banner" role="note"><b>{{text}}</b> {{scale}} {{{named.simulated}}} {{#scale}}{{{named.time_scale}}}{{/scale}}</p>
        {{/banner}}
        {{#verdict}}
        <section id="verdict" class="verdict {{look}}" aria-label="Verdict">
        <div class="lead">
        <p class="word"><span class="pill">{{word}}</span>{{{help}}}</p>
        {{#chosen}}
        <h2>{{{icon}}}<span class="provider">{{provider}}/</span>{{name}}</h2>
        {{/chosen}}
        <p class="reason">{{reason}}</p>
        </div>
        <dl class="proof">
        {{#facts}}
        <div><dt>{{label}}{{{help}}}</dt><dd>{{text}}</dd></div>
        {{/facts}}
        {{{gauge}}}
        </dl>
        {{#chosen}}
        <ul class="tiles">
        {{#tiles}}
        <li><span class="label">{{label}}{{{help}}}</span><b>{{value}}</b><span class="ci">{{interval}}</span>{{#note}}<span class="scale">{{.}}</span>{{/note}}</li>
        {{/tiles}}
        </ul>
        {{/chosen}}
        </section>
        {{/verdict}}
        {{#selection}}
        <section id="models">
        <h2>Models compared</h2>
        <p class="note">Brackets are 95 % intervals.{{{interval}}} The best of a column is bold; cells in its shade are tied with it.{{{tie}}}</p>
        <div class="scroll"><table class="select">
        <thead><tr><th scope="col">model</th>{{#columns}}<th scope="col">{{label}}{{{help}}}{{#note}}<span class="scale">{{.}}</span>{{/note}}</th>{{/columns}}<th scope="col">n{{{n}}}</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr{{#isChosen}} class="chosen"{{/isChosen}}><th scope="row">{{{icon}}}<span class="provider">{{provider}}/</span><span class="model">{{name}}</span>{{#badges}}<span class="badge {{look}}">{{text}}</span>{{/badges}}</th>{{#cells}}<td class="{{look}}"><span>{{value}}</span><small>{{interval}}</small>{{#said}}<span class="sr">{{.}}</span>{{/said}}</td>{{/cells}}<td><span>{{n}}</span></td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        {{#uncompared}}<p class="note">{{.}}</p>{{/uncompared}}
        {{#hasPartialCosts}}<p class="note">Where some trials have no known cost, costs cover the others.{{{help.unpriced}}}</p>{{/hasPartialCosts}}
        {{{aspects}}}
        </section>
        {{/selection}}
        <section id="quality">
        <h2>Quality and cost</h2>
        {{{quality}}}
        {{{difference}}}
        </section>
        <section id="latency">
        <h2>Latency and speed{{#latencyNote}} <span class="scale">{{.}}</span>{{/latencyNote}}</h2>
        {{{latency}}}
        {{{times}}}
        {{{speed}}}
        </section>
        {{#load}}
        <section id="load">
        <h2>Load{{#latencyNote}} <span class="scale">{{.}}</span>{{/latencyNote}}</h2>
        {{{.}}}
        </section>
        {{/load}}
        <section id="failures">
        <h2>Failures</h2>
        {{{failures}}}
        </section>
        <section id="money">
        <h2>Money</h2>
        {{{budget}}}
        {{{cost}}}
        </section>
        <section id="cases">
        <h2>Cases{{#latencyNote}} <span class="scale">{{.}}</span>{{/latencyNote}}</h2>
        <p class="note">Every case with every answer. Squares stand for the models in the order of the table: <i class="key p"></i> passed, <i class="key w"></i> not passed, <i class="key x"></i> provider failure, <i class="key u"></i> not judged. {{{named.assertion}}} {{{named.attempts}}} {{{named.cut}}}</p>
        {{#filters}}
        <form id="filters" hidden="hidden" role="search">
        <input type="search" name="q" placeholder="Search prompts and answers" aria-label="Search prompts and answers"/>
        {{#tasks}}<select name="t" aria-label="Task"><option value="">all tasks</option>{{#items}}<option>{{value}}</option>{{/items}}</select>{{/tasks}}
        <select name="a" aria-label="Model"><option value="">all models</option>{{#arms}}<option value="{{index}}">{{name}}</option>{{/arms}}</select>
        <select name="o" aria-label="Outcome"><option value="">all outcomes</option><option value="p">passed</option><option value="w">not passed</option><option value="x">provider failure</option>{{#outcomes}}<option value="={{value}}">{{label}}</option>{{/outcomes}}</select>
        <label><input type="checkbox" name="d"/> differs between models</label>
        <button type="button" id="unfold">Open all</button>
        <output id="shown"></output>
        </form>
        {{/filters}}
        <div id="list">
        {{{cases}}}</div>
        <p id="none" hidden="hidden" class="empty">No case matches.</p>
        </section>
        <section id="trust">
        <h2>How this was measured</h2>
        <ul class="warnings">
        {{#warnings}}
        <li>{{text}}</li>
        {{/warnings}}
        {{^warnings}}<li class="fine">No warnings.</li>{{/warnings}}
        </ul>
        <dl class="facts">
        {{#facts}}
        <div><dt>{{name}}</dt><dd>{{value}}</dd></div>
        {{/facts}}
        </dl>
        <h3>Models, endpoints and parameters as they were used</h3>
        <div class="scroll"><table class="data"><thead><tr><th scope="col">model</th><th scope="col">endpoint</th><th scope="col">parameters</th><th scope="col">served as</th><th scope="col">fingerprint</th></tr></thead><tbody>
        {{#arms}}
        <tr><th scope="row">{{{icon}}}{{name}}</th><td>{{endpoint}}</td><td>{{parameters}}</td><td>{{served}}</td><td>{{fingerprints}}</td></tr>
        {{/arms}}
        </tbody></table></div>
        <details class="twin" id="definitions"><summary>Definitions of every label</summary>
        <dl class="defs">
        {{#definitions}}
        <div><dt>{{label}}</dt><dd>{{text}}</dd></div>
        {{/definitions}}
        </dl>
        </details>
        </section>
        </main>
        {{{cards}}}
        <div id="hint" hidden="hidden" role="status"></div>
        <script>{{{script}}}</script>
        </body>
        </html>

        """##
}
