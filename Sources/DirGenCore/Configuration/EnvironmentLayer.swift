import LLMCore
import LLMProviders
import LLMService

/// The environment over a configuration file: finds keys, addresses and models, and collects their mistakes.
struct EnvironmentLayer {
    static let cloudConcurrency = 8
    static let localConcurrency = 1

    let environment: [String: String]
    let file: ConfigurationFile
    let fileName: String?
    private(set) var problems: [ConfigurationError.Problem] = []

    init(environment: [String: String], file: ConfigurationFile, fileName: String?) {
        self.environment = environment
        self.file = file
        self.fileName = fileName
    }

    /// A variable that is set to something.
    private func value(_ name: String) -> String? {
        guard let text = environment[name]?.trimmed, !text.isEmpty else { return nil }
        return text
    }

    private mutating func report(_ place: String, _ message: String, hint: String? = nil) {
        problems.append(.init(place: place, message: message, hint: hint))
    }

    // MARK: Providers

    mutating func settings(for row: ProviderRow) -> ProviderSettings {
        var row = row
        let prefix = row.name.rawValue.uppercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        let source = readAddress(into: &row, prefix: prefix)
        let (keys, variables) = readKeys(row.keyVariable)
        let usual = row.locality == .local ? EnvironmentLayer.localConcurrency : EnvironmentLayer.cloudConcurrency
        let general = row.locality == .local ? nil : file.concurrency["default"]
        let groups = file.quotaGroups[row.name] ?? [:]
        let shared = zip(keys, variables).compactMap { key, name in groups[name].map { (key.fingerprint, $0) } }
        return ProviderSettings(
            row: row, keys: keys, keyVariables: variables,
            quotaGroups: Dictionary(shared) { first, _ in first },
            chosenModel: value(prefix + "_MODEL").map { ModelID($0, of: row.name) },
            addressSource: source, concurrency: file.concurrency[row.name.rawValue] ?? general ?? usual,
            availability: availability(of: row, keys: keys, addressSource: source))
    }

    /// Lays an address of the environment over the row's, and returns the source of the address in force.
    private mutating func readAddress(into row: inout ProviderRow, prefix: String) -> String {
        let names = (row.name == .local ? ["DMR_BASE_URL"] : []) + [prefix + "_BASE_URL"]
        for name in names {
            guard let text = value(name) else { continue }
            do {
                row.baseURL = try BaseURL(text)
                return name
            } catch {
                report(name, error.description)
            }
        }
        return file.addressed.contains(row.name) ? fileName ?? "dirgen.yaml" : "default"
    }

    private func availability(
        of row: ProviderRow, keys: [APIKey], addressSource: String
    ) -> ProviderSettings.Availability {
        if row.needsKey, keys.isEmpty {
            let variable = row.keyVariable ?? "key_env"
            return .missing(reason: "no key", help: "set \(variable)")
        }
        return row.name == .local && addressSource == "default" ? .ifReachable : .configured
    }

    /// `NAME`, then `NAME_1`, `NAME_2`, ... by number; the same key twice counts once.
    private mutating func readKeys(_ variable: String?) -> (keys: [APIKey], variables: [String]) {
        guard let variable else { return ([], []) }
        let numbered = environment.keys.compactMap { name -> (Int, String)? in
            guard name.hasPrefix(variable + "_") else { return nil }
            return Int(name.dropFirst(variable.count + 1)).map { ($0, name) }
        }
        var keys: [APIKey] = []
        var variables: [String] = []
        for name in [variable] + numbered.sorted(by: { $0.0 < $1.0 }).map(\.1) {
            guard let text = value(name) else { continue }
            guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                report(
                    name, "the key holds white space or characters that are not ASCII", hint: "its value is not printed"
                )
                continue
            }
            guard !keys.contains(APIKey(text)) else { continue }
            keys.append(APIKey(text))
            variables.append(name)
        }
        return (keys, variables)
    }

    // MARK: The rest

    mutating func priority() -> [ProviderID] {
        guard let text = value("LLM_PRIORITY_ORDER") else {
            return file.priority ?? ServiceConfiguration.defaultPriority
        }
        var order: [ProviderID] = []
        for word in text.split(separator: ",").map({ String($0).trimmed }) where !word.isEmpty {
            let id = ProviderCatalogue.canonical(word.lowercased())
            guard file.catalogue.row(id) != nil else {
                let hint = Suggestion.hint(for: word, among: file.catalogue.rows.map(\.name.rawValue))
                report("LLM_PRIORITY_ORDER", "no provider is named '\(word)'", hint: hint)
                continue
            }
            if !order.contains(id) { order.append(id) }
        }
        return order
    }

    mutating func proxies() -> ProxySettings {
        do {
            return try ProxySettings(environment: environment)
        } catch {
            report("HTTPS_PROXY", error.description)
            return .init()
        }
    }

    mutating func database(_ option: String?) -> (path: String, isDefault: Bool) {
        let variable = value("DIRGEN_DB")
        let named = option ?? (variable == nil ? file.database : nil)
        if let path = DatabaseLocation.resolve(option: named, environment: environment) {
            return (path, named == nil && variable == nil)
        }
        report("HOME", "no place for the database: neither DIRGEN_DB nor HOME is set")
        return ("", true)
    }
}

extension String {
    var trimmed: String {
        var rest = Substring(self)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
