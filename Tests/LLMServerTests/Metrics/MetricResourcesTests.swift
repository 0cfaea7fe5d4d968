import Foundation
import LLMCore
import Testing
import Yams

@testable import LLMServer

@Suite("Alert rules and dashboard", .timeLimit(.minutes(1)))
struct MetricResourcesTests {
    private static let resources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/LLMServer/Resources")

    /// Labels of each sample that an exposition can hold.
    private static let samples: [String: Set<String>] = {
        var samples: [String: Set<String>] = [:]
        for family in MetricsRegistry().families {
            let labels = Set(family.labels.map(\.exposedName))
            for name in family.sampleNames { samples[name] = labels.union(name.hasSuffix("_bucket") ? ["le"] : []) }
        }
        return samples
    }()

    private static func alerts() throws -> [(name: String, expression: String)] {
        let text = try String(contentsOf: resources.appending(path: "alerts.yaml"), encoding: .utf8)
        let document = try Yams.load(yaml: text) as? [String: Any]
        let groups = try #require(document?["groups"] as? [[String: Any]])
        return try groups.flatMap { group in
            try (group["rules"] as? [[String: Any]] ?? []).map { rule in
                (try #require(rule["alert"] as? String), try #require(rule["expr"] as? String))
            }
        }
    }

    private static func panels() throws -> [(name: String, expression: String)] {
        let data = try Data(contentsOf: resources.appending(path: "grafana-dashboard.json"))
        let panels = try JSONValue.parse(data)["panels"]?.array ?? []
        return panels.flatMap { panel in
            (panel["targets"]?.array ?? []).map { (panel["title"]?.string ?? "?", $0["expr"]?.string ?? "") }
        }
    }

    private func check(_ queries: [(name: String, expression: String)]) {
        for (name, expression) in queries {
            let query = MetricQuery(expression)
            #expect(!query.metrics.isEmpty, "\(name) selects nothing: \(expression)")
            for metric in query.metrics {
                #expect(Self.samples[metric] != nil, "\(name): \(metric) is exposed by nobody")
            }
            let labels = query.metrics.reduce(into: Set<String>()) { $0.formUnion(Self.samples[$1] ?? []) }
            #expect(
                query.labels.isSubset(of: labels), "\(name): \(query.labels.subtracting(labels)) are no labels of it")
        }
    }

    @Test("every alert selects samples that are exposed, by labels they have")
    func alertsSelect() throws {
        let alerts = try Self.alerts()
        #expect(alerts.count >= 15)
        #expect(Set(alerts.map(\.name)).count == alerts.count)
        check(alerts)
    }

    @Test("every panel of the dashboard does, too")
    func panelsSelect() throws {
        let panels = try Self.panels()
        #expect(panels.count >= 30)
        check(panels)
    }

    @Test("every family but those of details is shown or alerted on")
    func shown() throws {
        let used = try (Self.alerts() + Self.panels()).reduce(into: Set<String>()) {
            $0.formUnion(MetricQuery($1.expression).metrics)
        }
        let hidden = MetricsRegistry().families.filter { used.isDisjoint(with: $0.sampleNames) }.map(\.name)
        #expect(hidden == ["dirgen_keys_retired", "gen_ai_server_time_per_output_token_seconds"])
    }

    @Test("a query is read as Prometheus reads it")
    func query() {
        let query = MetricQuery(
            #"sum by (le, a_b) (rate(x_bucket{c="}\"y",d=~"z.*"}[5m])) / on(e) group_left sum(w) or vector(0) > 1e3 offset 5m"#
        )
        #expect(query.metrics == ["x_bucket", "w"])
        #expect(query.labels == ["le", "a_b", "c", "d", "e"])
    }

    @Test("the guide lists every family with its labels, and no other")
    func guide() throws {
        let guide = Self.resources.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "DirGenCore/Documentation.docc/Metrics.md")
        let text = try String(contentsOf: guide, encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|").map { $0.filter { $0 != "`" && $0 != " " } }
        }
        let kinds = ["counter", "gauge", "info", "histogram"]
        let listed = rows.filter { kinds.contains($0[1]) }.map { row in [row[0], row[1], row[2]] }
        let families = MetricsRegistry().families.map { family in
            [
                family.kind == .counter || family.kind == .info ? family.sampleNames[0] : family.name,
                family.kind.word, family.labels.map(\.exposedName).joined(separator: ","),
            ]
        }
        #expect(Set(listed) == Set(families))
        #expect(listed.count == families.count)
    }
}

extension MetricFamily.Kind {
    fileprivate var word: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .info: "info"
        case .histogram: "histogram"
        }
    }
}
