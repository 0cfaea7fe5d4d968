import BenchCore
import LLMCore

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
        var out = "<figure id=\"\(id)\"><figcaption><h3>\(Markup.escaped(title))</h3>"
        out += "<p class=\"terms\">\(terms.map(Help.named).joined())</p>"
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
        "<button type=\"button\" class=\"q\" popovertarget=\"d-\(term.key)\" title=\"What is \(Markup.escaped(term.label))?\" aria-label=\"What is \(Markup.escaped(term.label))?\">?</button>"
    }

    /// A term with its question mark, where no label stands beside it.
    static func named(_ term: ReportTerm) -> String {
        "<span class=\"term\">\(Markup.escaped(term.label))\(button(term))</span>"
    }

    /// One card per term; the page holds each once.
    static func cards(_ terms: [ReportTerm]) -> String {
        terms.map { term in
            "<div popover=\"auto\" id=\"d-\(term.key)\" class=\"tip\"><b>\(Markup.escaped(term.label))</b>"
                + "<p>\(Markup.escaped(term.definition))</p></div>"
        }.joined(separator: "\n")
    }
}

/// The table of the numbers behind a chart.
struct DataTable {
    var header: [String]
    var rows: [[String]]

    var html: String {
        let head = header.map { "<th scope=\"col\">\(Markup.escaped($0))</th>" }.joined()
        let body = rows.map { row in
            let cells = row.enumerated().map { index, cell in
                index == 0 ? "<th scope=\"row\">\(Markup.escaped(cell))</th>" : "<td>\(Markup.escaped(cell))</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return
            "<div class=\"scroll\"><table class=\"data\"><thead><tr>\(head)</tr></thead><tbody>\(body.joined())</tbody></table></div>"
    }
}
