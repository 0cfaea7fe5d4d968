import LLMCore
import LLMProviders
import LLMService
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
                guard let model = model(member, of: "balance", reader) else { continue }
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

    func model(_ node: Node, of key: String, _ reader: YAMLReader) -> ModelID? {
        guard let text = reader.string(node, key) else { return nil }
        let names = ModelResolver(known: { [catalogue] written in
            let provider = ProviderCatalogue.canonical(written.provider.rawValue)
            return catalogue.row(provider).map { ModelID(provider: $0.name, name: written.name) }
        })
        do throws(ModelNameError) {
            return try names.model(named: text)
        } catch .unknownProvider(let provider) {
            let hint = Suggestion.hint(for: provider.rawValue, among: catalogue.rows.map(\.name.rawValue))
            reader.report(node, "\(key): no provider is named '\(provider)'", hint: hint)
        } catch {
            reader.report(node, "\(key): '\(text)' is not a model: write it as provider/model")
        }
        return nil
    }
}

/// Reads `cache`, `breakers` and `quota_groups`.
extension ConfigurationFile {
    mutating func readCache(_ node: Node?, _ reader: YAMLReader) {
        let members = reader.members(
            node, known: ["tasks", "keep", "keep_by_task", "stale_if_error", "memory", "disk", "entries"], of: "cache")
        if let tasks = members["tasks"] {
            cache.tasks = Set(
                reader.items(tasks, of: "tasks").compactMap { reader.string($0, "tasks").map { TaskType($0) } })
        }
        if let keep = reader.age(members["keep"], "keep") {
            // One TTL for all tasks; those of single tasks follow in keep_by_task.
            cache.lifetime = keep
            cache.lifetimes = [:]
        }
        if let tasks = members["keep_by_task"] {
            guard let mapping = tasks.mapping else {
                return reader.report(tasks, "keep_by_task: expected a mapping of tasks to times")
            }
            for (task, time) in mapping {
                guard let name = reader.string(task, "keep_by_task"),
                    let keep = reader.age(time, "keep_by_task: \(name)")
                else { continue }
                cache.lifetimes[TaskType(name)] = keep
            }
        }
        cache.staleIfError = reader.age(members["stale_if_error"], "stale_if_error")
        cache.memoryBytes = reader.bytes(members["memory"], "memory") ?? cache.memoryBytes
        cacheLimits.bytes = reader.bytes(members["disk"], "disk") ?? cacheLimits.bytes
        cacheLimits.entries = reader.int(members["entries"], "entries", in: 0...100_000_000) ?? cacheLimits.entries
    }

    /// The same numbers for providers, models and keys.
    mutating func readBreakers(_ node: Node?, _ reader: YAMLReader) {
        let members = reader.members(
            node, known: ["minimum_calls", "failure_share", "open", "longest_open"], of: "breakers")
        var policy = BreakerPolicy()
        policy.minimumCalls =
            reader.int(members["minimum_calls"], "minimum_calls", in: 1...10_000) ?? policy.minimumCalls
        policy.failureRatio = reader.share(members["failure_share"], "failure_share") ?? policy.failureRatio
        policy.openBase = reader.duration(members["open"], "open") ?? policy.openBase
        policy.openCeiling =
            reader.duration(members["longest_open"], "longest_open") ?? max(policy.openCeiling, policy.openBase)
        if policy.openBase > policy.openCeiling {
            reader.report(members["longest_open"], "longest_open: expected at least the time of open")
        }
        (health.providerBreaker, health.modelBreaker, health.keyBreaker) = (policy, policy, policy)
    }

    /// Groups of a provider's keys, named by their environment variables; each key in one group at most.
    mutating func readQuotaGroups(_ node: Node?, _ reader: YAMLReader) {
        let known = catalogue.rows.map(\.name.rawValue)
        for (name, groups) in reader.members(node, known: known, of: "quota_groups") {
            let id = ProviderID(name)
            guard let mapping = groups.mapping else {
                reader.report(groups, "quota_groups: expected groups by name, each a list of environment variables")
                continue
            }
            for (group, variables) in mapping {
                guard let title = reader.string(group, "quota_groups") else { continue }
                for item in reader.items(variables, of: "quota_groups") {
                    guard let variable = variable(item, of: id, reader) else { continue }
                    if quotaGroups[id]?[variable] == nil {
                        quotaGroups[id, default: [:]][variable] = title
                    } else {
                        reader.report(item, "quota_groups: \(variable) is named twice")
                    }
                }
            }
        }
    }

    /// A variable that may hold a key of the provider. Anything else may be a key written there by mistake, and is not repeated.
    private func variable(_ node: Node, of provider: ProviderID, _ reader: YAMLReader) -> String? {
        guard let text = reader.string(node, "quota_groups") else { return nil }
        guard let usual = catalogue.row(provider)?.keyVariable else {
            reader.report(node, "quota_groups: \(provider) needs no key")
            return nil
        }
        guard text == usual || (text.hasPrefix(usual + "_") && Int(text.dropFirst(usual.count + 1)) != nil) else {
            reader.report(node, "quota_groups: expected \(usual), or \(usual)_1, \(usual)_2 and so on")
            return nil
        }
        return text
    }
}
