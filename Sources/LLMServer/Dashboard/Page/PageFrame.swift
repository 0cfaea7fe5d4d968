extension DashboardPage {
    /// The document with its places for style and script. Its tables and lists are filled by the script.
    static let frame = ##"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <meta name="referrer" content="no-referrer"/>
        <title>DirGen</title>
        <link rel="icon" href="data:,"/>
        <style>{{style}}</style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
        <div class="wrap">
        <p class="brand">DirGen</p>
        <p id="link" class="link" role="status">connecting</p>
        <nav aria-label="Views"><a href="#overview">Overview</a><a href="#calls">Calls</a><a href="#models">Models</a><a href="#health">Health</a><a href="#money">Money</a></nav>
        <button type="button" id="theme" aria-label="Switch between light and dark"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1a7 7 0 1 0 0 14z" class="half"/><circle cx="8" cy="8" r="7"/></svg></button>
        </div>
        </header>
        <main class="wrap" id="main" tabindex="-1">
        <p id="simulated" class="banner" role="note" hidden="hidden"><b>SIMULATED</b> Built-in simulated providers answer. Times, costs and failures are not those of real ones.</p>
        <p id="problem" class="banner bad" role="alert" hidden="hidden"></p>
        <p id="alarm" class="banner bad" hidden="hidden"></p>
        <p id="news" class="sr" role="status" aria-live="polite"></p>
        <noscript><p class="banner bad">This page needs its script, which the server sends with it.</p></noscript>

        <div id="view-overview" class="view">
        <h1 class="sr">Overview</h1>
        <ul class="tiles" id="tiles" aria-label="Now"></ul>
        <div class="pair">
        <figure><figcaption><h2>Requests per minute</h2><p class="note" id="rate-note"></p></figcaption><div id="rate" class="plot"></div><ul class="legend"><li><i class="sw ok"></i>answered</li><li><i class="sw other"></i>refused, cut or cancelled</li><li><i class="sw failed"></i>failed</li></ul><details class="twin"><summary>As a table</summary><div class="scroll"><table class="data" id="rate-table"></table></div></details></figure>
        <figure><figcaption><h2>Cost per minute</h2><p class="note" id="cost-note"></p></figcaption><div id="cost" class="plot"></div></figure>
        </div>
        <section aria-labelledby="under-title" id="under-part" hidden="hidden"><h2 id="under-title">Run in progress</h2><div id="under"></div></section>
        <section aria-labelledby="models-title"><h2 id="models-title">Latency and speed</h2><p class="note">Attempts of the last hour. A failure counts as slower than every answer. First token and tokens/s are those of streamed answers.</p><div class="scroll"><table class="select" id="figures"></table></div></section>
        <section aria-labelledby="failures-title"><h2 id="failures-title">Failures by class</h2><p class="note">Calls of the last hour that ended with no answer, or with one that is not whole.</p><div id="failures"></div></section>
        <section aria-labelledby="latest-title"><h2 id="latest-title">Latest calls</h2><div class="list" id="latest"></div><p class="more"><a href="#calls">All calls with their decisions</a></p></section>
        </div>

        <div id="view-calls" class="view" hidden="hidden">
        <h1>Calls</h1>
        <p class="note">Live calls as they begin and end. Open one for its decision: candidates, attempts, waits and costs.</p>
        <form id="filters" role="search">
        <input type="search" name="q" placeholder="Search" aria-label="Search reasons, models and identifiers" autocomplete="off"/>
        <select name="state" aria-label="State"><option value="">all calls</option><option value="open">in flight</option><option value="ok">answered</option><option value="failed">failed</option><option value="other">refused, cut or cancelled</option></select>
        <select name="model" aria-label="Model"><option value="">all models</option></select>
        <select name="task" aria-label="Task"><option value="">all tasks</option></select>
        <select name="cache" aria-label="Cache"><option value="">cache or not</option><option value="hit">from the cache</option><option value="none">from a model</option></select>
        <label><input type="checkbox" name="fallback"/> retried</label>
        <button type="button" id="pause" aria-pressed="false">Pause</button>
        <output id="shown"></output>
        </form>
        <p class="list-head" aria-hidden="true"><span>began</span><span>model</span><span>task</span><span>outcome</span><span>time</span><span>cost</span></p>
        <div class="list" id="list"></div>
        <p id="none" class="empty" hidden="hidden">No call matches.</p>
        </div>

        <div id="view-models" class="view" hidden="hidden">
        <h1>Models by task</h1>
        <p class="note">The model that <code>auto</code> answers with, by evidence: the newest selection table of each task. Brackets are 95 % intervals.</p>
        <div class="scroll"><table class="select" id="tables"></table></div>
        <div id="table" aria-live="polite"></div>
        <section aria-labelledby="runs-title"><h2 id="runs-title">Runs</h2><div class="scroll"><table class="select" id="runs"></table></div><div id="run" aria-live="polite"></div></section>
        </div>

        <div id="view-health" class="view" hidden="hidden">
        <h1>Health</h1>
        <div id="lock" class="verdict"></div>
        <section aria-labelledby="breakers-title"><h2 id="breakers-title">Circuit breakers</h2><p class="note">An open breaker sends nothing to its provider, model or key until it probes again.</p><div class="scroll"><table class="select" id="breakers"></table></div></section>
        <section aria-labelledby="limits-title"><h2 id="limits-title">Rate limits</h2><p class="note">As providers report them, for each model and key.</p><div class="scroll"><table class="select" id="limits"></table></div></section>
        <section aria-labelledby="keys-title"><h2 id="keys-title">Provider keys</h2><p class="note">Fingerprints only: the keys themselves are nowhere in this page.</p><div class="scroll"><table class="select" id="keys"></table></div></section>
        <section aria-labelledby="local-title"><h2 id="local-title">Local models</h2><div class="scroll"><table class="select" id="local"></table></div></section>
        </div>

        <div id="view-money" class="view" hidden="hidden">
        <h1>Money</h1>
        <form id="spending-form"><label>Spending of the last <select name="days"><option value="1">day</option><option value="7">7 days</option><option value="30">30 days</option><option value="365">year</option></select></label> <label>by <select name="by"><option value="model">model</option><option value="provider">provider</option><option value="task">task</option><option value="day">day</option></select></label></form>
        <div class="scroll"><table class="select" id="spending"></table></div>
        <section aria-labelledby="cache-title"><h2 id="cache-title">Cache</h2><p class="note" id="cache-note"></p><div class="scroll"><table class="select" id="cache"></table></div></section>
        <section aria-labelledby="budgets-title" id="budgets-part" hidden="hidden"><h2 id="budgets-title">Budgets of virtual keys</h2><div class="scroll"><table class="select" id="budgets"></table></div></section>
        </div>
        </main>
        <dialog id="ask" aria-labelledby="ask-title"><form id="ask-form"><h2 id="ask-title">This server asks for a key</h2><p class="note">A virtual key with the role <code>admin</code>. It stays in this tab, and goes to this server alone.</p><label for="ask-key">Key</label><input id="ask-key" type="password" autocomplete="off" spellcheck="false" required="required"/><p class="alert" id="ask-wrong" hidden="hidden">The server refused this key.</p><button type="submit">Use this key</button></form></dialog>
        <div id="hint" hidden="hidden" role="status"></div>
        <script>{{script}}</script>
        </body>
        </html>

        """##
}
