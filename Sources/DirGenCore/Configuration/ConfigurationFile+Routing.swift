import LLMCore
import LLMProviders
import Yams

extension ConfigurationFile {
    /// `hedge: true`, or with a share of spending and a time.
    mutating func readHedge(_ node: Node?, _ reader: YAMLReader) {
        guard let node else { return }
        if let isOn = node.bool {
            hedge = isOn ? HedgePolicy() : nil
            return
        }
        let members = reader.members(node, known: ["share", "after"], of: "hedge")
        guard node.mapping != nil else { return }
        var policy = HedgePolicy()
        policy.maxShare = reader.share(members["share"], "share") ?? policy.maxShare
        policy.after = reader.duration(members["after"], "after")
        hedge = policy
    }

    /// `history: true`, or with the tokens at which it begins and those that stay.
    mutating func readHistory(_ node: Node?, _ reader: YAMLReader) {
        guard let node else { return }
        if let isOn = node.bool {
            history = isOn ? HistoryPolicy() : nil
            return
        }
        let members = reader.members(node, known: ["above", "keep", "summary"], of: "history")
        guard node.mapping != nil else { return }
        var policy = HistoryPolicy()
        policy.above = reader.int(members["above"], "above", in: 100...10_000_000) ?? policy.above
        policy.keep = reader.int(members["keep"], "keep", in: 0...10_000_000) ?? min(policy.keep, policy.above)
        policy.summary = reader.int(members["summary"], "summary", in: 50...100_000) ?? policy.summary
        if policy.keep > policy.above {
            reader.report(
                members["keep"] ?? node, "history: keep (\(policy.keep)) is more than above (\(policy.above))")
        }
        history = policy
    }

    /// Lists of models that are equally good; each in one list at most.
    mutating func readBalance(_ node: Node?, _ reader: YAMLReader) {
        for item in reader.items(node, of: "balance") {
            var group: [ModelID] = []
            for member in reader.items(item, of: "balance") {
                guard let model = model(member, reader) else { continue }
                if (balance + [group]).contains(where: { $0.contains(model) }) {
                    reader.report(member, "balance: \(model) is named twice")
                } else {
                    group.append(model)
                }
            }
            if group.count > 1 {
                balance.append(group)
            } else if item.sequence != nil {
                reader.report(item, "balance: expected at least two models that are equally good")
            }
        }
    }

    private func model(_ node: Node, _ reader: YAMLReader) -> ModelID? {
        guard let text = reader.string(node, "balance") else { return nil }
        let names = ModelResolver(known: { [catalogue] written in
            let provider = ProviderCatalogue.canonical(written.provider.rawValue)
            return catalogue.row(provider).map { ModelID(provider: $0.name, name: written.name) }
        })
        do throws(ModelNameError) {
            return try names.model(named: text)
        } catch .unknownProvider(let provider) {
            let hint = Suggestion.hint(for: provider.rawValue, among: catalogue.rows.map(\.name.rawValue))
            reader.report(node, "balance: no provider is named '\(provider)'", hint: hint)
        } catch {
            reader.report(node, "balance: '\(text)' is not a model: write it as provider/model")
        }
        return nil
    }
}
