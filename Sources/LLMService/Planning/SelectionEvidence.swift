import LLMCore

/// A selection table cut down to the arms that can be called here and now.
struct SelectionEvidence: Sendable {
    let table: SelectionTable
    private let constraints: SelectionConstraints?
    private let judgements: Judgements

    /// `nil` when nothing of the table may be used.
    ///
    /// - Parameters:
    ///   - constraints: Those of the caller; `nil` uses the table's.
    ///   - admits: Says which arms count: configured, at the same endpoint, allowed by the profile.
    init?(
        _ table: SelectionTable, constraints: SelectionConstraints?, memo: RoutingMemo? = nil, admits: (Arm) -> Bool
    ) {
        let places = table.rows.indices.filter { admits(table.rows[$0].arm) }
        guard !places.isEmpty else { return nil }
        var cut = table
        cut.rows = places.map { table.rows[$0] }
        self.table = cut
        self.constraints = constraints
        judgements =
            memo?.judgements(
                of: RoutingMemo.Question(
                    table: table.id, derivedAt: table.derivedAt, rows: places, live: cut.rows.compactMap(\.live),
                    constraints: constraints)) ?? Judgements()
    }

    /// The table's answer over all arms, or over one provider's.
    func choice(of provider: ProviderID? = nil) -> SelectionChoice {
        judgements.choice(of: provider) { judge(provider) }
    }

    private func judge(_ provider: ProviderID?) -> SelectionChoice {
        let models = provider.map { provider in
            Set(table.rows.map(\.arm.model).filter { $0.provider == provider })
        }
        // Which providers are local is the configuration's to say, and it has: what is left here may be used.
        return table.choose(
            constraints, among: models, localProviders: Set(table.rows.map(\.arm.model.provider)))
    }

    /// A description of the changes that live calls since the benchmark show; `nil` when none is notable.
    var liveWords: String? {
        let lines = table.rows.compactMap { row in row.live?.words.map { "\(row.arm.id): \($0)" } }
        return lines.isEmpty ? nil : "Since the benchmark, " + lines.joined(separator: "; ") + "."
    }

    /// A model's row, of its default arm where it has several.
    func row(of model: ModelID) -> SelectionRow? {
        let rows = table.rows.filter { $0.arm.model == model }
        return rows.first { $0.arm.id.rawValue == model.description } ?? rows.first
    }
}
