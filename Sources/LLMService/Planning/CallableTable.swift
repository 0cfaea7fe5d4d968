import LLMCore

/// A selection table cut down to the arms that can be called here and now.
struct CallableTable: Sendable {
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
                of: RoutingMemo.Inputs(
                    table: table.id, derivedAt: table.derivedAt, rows: places, live: cut.liveRows,
                    constraints: constraints)) ?? Judgements()
    }

    /// The table's answer over all arms.
    func choice() -> SelectionChoice {
        judgements.choice { table.choose(constraints, localProviders: usableProviders) }
    }

    /// The row of the arm that the table chooses among one provider's; `nil` where it chooses none.
    func chosenRow(of provider: ProviderID) -> SelectionRow? {
        judgements.row(of: provider) {
            let models = Set(table.rows.map(\.arm.model).filter { $0.provider == provider })
            return table.chosenRow(constraints, among: models, localProviders: usableProviders)
        }
    }

    /// Which providers are local is the configuration's to say, and it has: what is left here may be used.
    private var usableProviders: Set<ProviderID> { Set(table.rows.map(\.arm.model.provider)) }

    /// A description of the changes that live calls since the benchmark show; `nil` when none is notable.
    var liveWords: String? {
        let lines = table.liveRows.compactMap { row in
            row.live.summary.map { "\(table.rows[row.place].arm.id): \($0)" }
        }
        return lines.isEmpty ? nil : "Since the benchmark, " + lines.joined(separator: "; ") + "."
    }

    /// A model's row, of its default arm where it has several.
    func row(of model: ModelID) -> SelectionRow? {
        let rows = table.rows.filter { $0.arm.model == model }
        return rows.first { $0.arm.id.rawValue == model.description } ?? rows.first
    }
}

extension SelectionTable {
    /// A row that live calls since the benchmark have changed.
    struct LiveRow: Sendable, Hashable {
        var place: Int
        var live: LivePerformance
    }

    /// The rows that live calls have changed, in order. None is copied to be looked at: each decision looks at all.
    var liveRows: [LiveRow] {
        rows.indices.compactMap { place in rows[place].live.map { LiveRow(place: place, live: $0) } }
    }
}
