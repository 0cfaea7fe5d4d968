import BenchCore
import BenchReports
import LLMCore
import TestSupport
import Testing

@Suite("The HTML report", .timeLimit(.minutes(2))) struct HTMLReportTests {
    /// Names of the shapes a run can have, each built once.
    enum Shape: String, CaseIterable, CustomTestStringConvertible {
        case usual, real, small, single, empty, dead, repeated, full
        var testDescription: String { rawValue }

        var model: ReportModel { Self.models[self] ?? RunFixture().model() }

        private static let models: [Shape: ReportModel] = {
            var models = Dictionary(
                uniqueKeysWithValues: SampleReports.models.compactMap { name, model in
                    Shape(rawValue: name).map { ($0, model) }
                })
            models[.repeated] = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(2)), caseCount: 10, repeats: 3)
                .model()
            models[.full] = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(2)), caseCount: 60).model(full: true)
            return models
        }()
        private static let bytes: [Shape: [UInt8]] = Dictionary(
            uniqueKeysWithValues: allCases.map { ($0, (try? ReportRenderer.bytes($0.model, as: .html)) ?? []) })
        private static let pages: [Shape: Page] = bytes.compactMapValues { try? Page($0) }

        var html: [UInt8] { Self.bytes[self] ?? [] }
        var page: Page { get throws { try #require(Self.pages[self], "the page is malformed") } }
    }

    @Test("every page is well formed, whatever the models answered", arguments: Shape.allCases)
    func wellFormed(_ shape: Shape) throws {
        let page = try Page(shape.html)
        #expect(page.all("main").count == 1)
        #expect(page.all("h1").count == 1)
    }

    @Test("answers bring in no element, no attribute and no address of their own", arguments: Shape.allCases)
    func escaping(_ shape: Shape) throws {
        let page = try shape.page
        let allowed: Set<String> = [
            "html", "head", "meta", "title", "style", "body", "svg", "path", "header", "div", "p",
            "nav", "a",
            "button", "main", "h1", "h2", "h3", "h4", "b", "code", "section", "span", "dl", "dt", "dd", "ul", "ol",
            "li", "table",
            "thead", "tbody", "tr", "th", "td", "small", "details", "summary", "figure", "figcaption", "g", "rect",
            "circle", "text",
            "i", "form", "input", "select", "option", "label", "output", "article", "pre", "script",
        ]
        #expect(Set(page.elements.map(\.name)).subtracting(allowed) == [])
        #expect(page.all("script").count == 1)
        for element in page.elements {
            for (key, value) in element.attributes {
                #expect(!key.hasPrefix("on") && key != "style" && key != "src", "\(key) in <\(element.name)>")
                if key == "href" { #expect(value.hasPrefix("#")) }
            }
        }
    }

    @Test("control characters and bidirectional overrides of answers are gone", arguments: [Shape.usual, .full])
    func controls(_ shape: Shape) {
        let text = String(decoding: shape.html, as: UTF8.self)
        let bad = text.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x0A: false
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029, 0xFEFF, 0xFFFE: true
            default: false
            }
        }
        #expect(bad.isEmpty)
        #expect(text.contains("null"), "the words around them stay")
    }

    @Test("a page reaches nothing: no address, no import, no policy that would allow one", arguments: Shape.allCases)
    func selfContained(_ shape: Shape) throws {
        let page = try shape.page
        let style = page.all("style").map(\.text).joined()
        #expect(!style.contains("url(") && !style.contains("@import") && !style.contains("http"))
        let script = page.all("script").map(\.text).joined()
        for word in ["http", "fetch", "XMLHttpRequest", "import(", "eval", "innerHTML", "Function("] {
            #expect(!script.contains(word), "\(word)")
        }
        let policy = try #require(page.all("meta").first { $0.attributes["http-equiv"] != nil }?.attributes["content"])
        #expect(policy.hasPrefix("default-src &#39;none&#39;;"))
        #expect(!policy.contains("unsafe"))
    }

    @Test("every chart is drawn for both widths and has a table twin with every model", arguments: Shape.allCases)
    func twins(_ shape: Shape) throws {
        let html = String(decoding: shape.html, as: UTF8.self)
        for figure in html.split(separator: "<figure").dropFirst() {
            let body = figure.prefix(upTo: figure.firstRange(of: "</figure>")?.lowerBound ?? figure.endIndex)
            guard !body.contains("class=\"empty\"") else { continue }
            #expect(body.contains("<svg class=\"chart wide\"") && body.contains("<svg class=\"chart phone\""))
            #expect(body.contains("<table class=\"data\">"))
            #expect(body.contains("popovertarget"))
        }
        if shape == .usual { #expect(html.split(separator: "<figure id=").count - 1 == 8) }
    }

    @Test("every question mark opens a definition that is there once", arguments: Shape.allCases)
    func definitions(_ shape: Shape) throws {
        let page = try shape.page
        let ids = page.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        for target in page.elements.compactMap({ $0.attributes["popovertarget"] }) { #expect(ids.contains(target)) }
        for link in page.all("a").compactMap({ $0.attributes["href"] }) {
            #expect(ids.contains(String(link.dropFirst())))
        }
    }

    @Test("no question mark stands alone: a label is beside it or in front", arguments: Shape.allCases)
    func labelledMarks(_ shape: Shape) throws {
        let page = try shape.page
        let marks = page.all("button").filter { $0.attributes["class"] == "q" }
        #expect(!marks.isEmpty && marks.allSatisfy { $0.attributes["title"]?.hasPrefix("What is ") == true })
        let html = String(decoding: shape.html, as: UTF8.self)
        #expect(!html.contains("?</button><button type=\"button\" class=\"q\""))
    }

    @Test("one model alone has no line below the best")
    func single() {
        let html = String(decoding: Shape.single.html, as: UTF8.self)
        #expect(!html.contains("of the best</text>"))
    }

    @Test("a point that is greyed is grey in the legend")
    func greyedLegend() {
        let html = String(decoding: Shape.usual.html, as: UTF8.self)
        let greyed = Shape.usual.model.arms.filter { $0.inRun && !$0.isOnFrontier }
        #expect(!greyed.isEmpty)
        for arm in greyed {
            let icon = "<i class=\"m a\(arm.index % 12) dominated\"></i>\(arm.id.rawValue)</li>"
            #expect(html.contains(icon), "\(arm.id)")
        }
    }

    @Test("models that are all free stand on no axis of dollars")
    func free() throws {
        var model = Shape.usual.model
        for index in model.arms.indices {
            model.arms[index].figures[.costPerThousand] = Figure(0, n: 10, gap: .notApplicable)
        }
        let html = String(decoding: try ReportRenderer.bytes(model, as: .html), as: UTF8.self)
        let chart = html[try #require(html.firstRange(of: "aria-label=\"Quality against cost\"")).upperBound...]
        let drawing = chart[..<(try #require(chart.firstRange(of: "</svg>"))).lowerBound]
        #expect(drawing.contains(">$0</text>") && !drawing.contains(">$1</text>") && !drawing.contains("logarithmic"))
    }

    @Test("every column of the selection table has its question mark")
    func columns() throws {
        let page = try Shape.usual.page
        let heads = page.all("th").filter { $0.path.contains("thead") && $0.path.contains("section") }
        let labels = ReportMetric.columns.map(\.term.label) + ["n"]
        for label in labels {
            #expect(heads.contains { $0.text.hasPrefix("\(label)?") }, "\(label)")
        }
    }

    @Test("the same model gives the same bytes, twice")
    func determinism() throws {
        let fixture = RunFixture(caseCount: 30)
        let first = try ReportFormat.allCases.map { try ReportRenderer.bytes(fixture.model(), as: $0) }
        let second = try ReportFormat.allCases.map { try ReportRenderer.bytes(fixture.model(), as: $0) }
        #expect(first == second)
    }

    @Test("a thousand calls take less than 500 kB beside what was answered")
    func size() throws {
        let fixture = RunFixture(caseCount: 125, hostile: false)
        #expect(fixture.trials.count == 1_000)
        let bytes = try ReportRenderer.bytes(fixture.model(), as: .html)
        let page = try Page(bytes)
        let list = try #require(page.all("div").first { $0.attributes["id"] == "list" })
        let contents = list.text.utf8.count
        #expect(bytes.count - contents < 500_000, "\(bytes.count) bytes, \(contents) of them contents")
    }

    @Test("cases leave in pieces: a long report is never held whole")
    func streaming() throws {
        struct Pieces: ReportSink {
            var sizes: [Int] = []
            mutating func write(_ bytes: [UInt8]) { sizes.append(bytes.count) }
        }
        var sink = Pieces()
        let model = Shape.usual.model
        try ReportRenderer.html(model, into: &sink)
        #expect(sink.sizes.count == model.cases.count + 2)
    }

    @Test("an answer is cut at a kilobyte and says so; the full report holds all of it")
    func cut() throws {
        let long = HostileText.all.map(\.utf8.count).max() ?? 0
        #expect(long > 100_000)
        let cut = String(decoding: Shape.usual.html, as: UTF8.self)
        #expect(cut.contains("… cut, \(NumberText.count(long)) bytes in all"))
        let whole = String(decoding: Shape.full.html, as: UTF8.self)
        #expect(!whole.contains("class=\"cut\""))
        #expect(whole.utf8.count > long)
    }

    @Test("where waits were scaled, every latency says so")
    func timeScale() throws {
        let page = try Shape.usual.page
        for head in page.all("th")
        where ["p50 resp", "p95 resp", "TTFA p50", "tok/s"].contains(where: head.text.hasPrefix) {
            #expect(head.text.contains("time scale 0.05"), "\(head.text)")
        }
        for numbers in page.all("p", "nums") { #expect(numbers.text.contains("time scale 0.05")) }
        for point in page.all("g", "pt") where point.attributes["aria-label"]?.contains(" ms") == true {
            let label = point.attributes["aria-label"] ?? ""
            #expect(label.contains("time scale 0.05"), "\(label)")
        }
        #expect(page.all("p", "banner").count == 1)
        let real = String(decoding: Shape.real.html, as: UTF8.self)
        #expect(!real.contains("time scale 1") || !real.contains("class=\"banner\""))
    }

    @Test("an unknown price is unpriced, and never $0")
    func unpriced() throws {
        let page = try Shape.real.page
        let rows = page.elements.indices.filter {
            page.elements[$0].name == "tr" && page.elements[$0].text.contains("ai/gemma3-qat")
        }
        #expect(rows.count > 3)
        for row in rows where page.elements[row].text.contains("unpriced") {
            #expect(!page.elements[row].text.contains("$0"))
        }
        #expect(rows.contains { page.elements[$0].text.contains("unpriced") })
    }

    @Test("p95 of few trials says that n is too small")
    func tooSmall() throws {
        #expect(String(decoding: Shape.small.html, as: UTF8.self).contains("n too small"))
        #expect(!String(decoding: Shape.usual.html, as: UTF8.self).contains("<small>n too small"))
    }

    @Test("a run that is not the simulator's carries no banner")
    func banner() throws {
        #expect(try Shape.real.page.all("p", "banner").isEmpty)
    }

    @Test("the page names the model that the choice names")
    func chosen() throws {
        let model = Shape.usual.model
        let chosen = try #require(model.verdict.chosen)
        let heading = try #require(try Shape.usual.page.all("h2").first { $0.path.contains("section") })
        #expect(heading.text == chosen.model.description)
    }
}
