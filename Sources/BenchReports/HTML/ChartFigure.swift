import BenchCore

/// A chart with its title, its legend, and its twin as a table.
struct ChartFigure {
    var id: String
    var title: String
    var terms: [ReportTerm]
    var note: String?
    var legend: [LegendEntry] = []
    var draw: (ChartSize) -> String
    var table: DataTable

    struct LegendEntry {
        var icon: String
        var label: String
        var style = ""
    }

    var html: String {
        var out = "<figure id=\"\(id)\"><figcaption><h3>\(Markup.escaped(title))\(terms.map(Help.button).joined())</h3>"
        if let note { out += "<p class=\"note\">\(Markup.escaped(note))</p>" }
        out += "</figcaption>"
        out += ChartSize.allCases.map(draw).joined()
        if !legend.isEmpty {
            let entries = legend.map {
                "<li\($0.style.isEmpty ? "" : " data-arm=\"\($0.style)\"")>\($0.icon)\(Markup.escaped($0.label))</li>"
            }
            out += "<ul class=\"legend\">\(entries.joined())</ul>"
        }
        return out + "<details class=\"twin\"><summary>Data table</summary>\(table.html)</details></figure>"
    }
}

/// The question mark beside a label, and the card it opens.
enum Help {
    static func button(_ term: ReportTerm) -> String {
        "<button type=\"button\" class=\"q\" popovertarget=\"d-\(term.key)\" aria-label=\"What is \(Markup.escaped(term.label))?\">?</button>"
    }

    /// One card per term; the page holds each once.
    static func cards(_ terms: [ReportTerm]) -> String {
        terms.map { term in
            "<div popover=\"auto\" id=\"d-\(term.key)\" class=\"tip\"><b>\(Markup.escaped(term.label))</b>"
                + "<p>\(Markup.escaped(term.definition))</p></div>"
        }.joined(separator: "\n")
    }
}
