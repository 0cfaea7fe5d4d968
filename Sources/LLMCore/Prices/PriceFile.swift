/// A file of prices in our own format, `dirgen.prices/1`: the built-in table, and what `prices import` writes.
public struct PriceFile: Sendable, Hashable {
    public static let format = "dirgen.prices/1"

    /// Names this state of the table; stored with every run.
    public var version: String
    public var providers: [ProviderID: ProviderRules]
    public var models: [ModelPrice]

    /// The pricing rules that hold for all models of a provider.
    public struct ProviderRules: Sendable, Hashable {
        /// The provider charges nothing.
        public var free: Bool
        /// Service tiers by another name, or at another tier's price.
        public var serviceAliases: [String: String]
        public init(free: Bool = false, serviceAliases: [String: String] = [:]) {
            self.free = free
            self.serviceAliases = serviceAliases
        }
    }

    public init(version: String, providers: [ProviderID: ProviderRules] = [:], models: [ModelPrice]) {
        self.version = version
        self.providers = providers
        self.models = models
    }

    /// Reads a file.
    /// - Throws: ``PriceFileError`` with line and column of the first thing that is wrong.
    public init(parsing bytes: some Sequence<UInt8>) throws(PriceFileError) {
        let bytes = Array(bytes)
        do {
            try self.init(PriceFileNode(value: try JSONValue.parse(bytes), path: []))
        } catch let failure as PriceFileNode.Failure {
            // Places cost time and memory, so they are worked out only for a file that needs one.
            let locations = try? JSONValue.parseLocated(bytes).1
            let (line, column) = locations?.position(of: failure.path) ?? (1, 1)
            throw PriceFileError(line: line, column: column, message: failure.message)
        } catch let syntax as JSONSyntaxError {
            throw PriceFileError(line: syntax.line, column: syntax.column, message: syntax.message)
        } catch {
            throw PriceFileError(line: 1, column: 1, message: "\(error)")
        }
    }

    /// The file as JSON; ``init(parsing:)`` reads it back to an equal value.
    public var json: JSONValue {
        var object: JSONObject = ["format": .string(PriceFile.format), "version": .string(version)]
        if !providers.isEmpty {
            object["providers"] = .object(
                JSONObject(
                    providers.sorted { $0.key < $1.key }.map { .init(key: $0.key.rawValue, value: $0.value.json) }))
        }
        object["models"] = .array(models.map(\.json))
        return .object(object)
    }
}

/// An error in a file of prices, with its place.
public struct PriceFileError: Error, Sendable, Hashable, CustomStringConvertible {
    public var line: Int
    public var column: Int
    public var message: String
    public var description: String { "\(line):\(column): \(message)" }
}
