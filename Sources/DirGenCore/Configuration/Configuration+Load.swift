public import DirGenAPI
import Foundation
public import LLMCore
public import LLMProviders
import LLMService

extension Configuration {
    /// Reads the configuration file and the environment.
    ///
    /// - Parameters:
    ///   - options: The options over both.
    ///   - environment: `nil` is that of the process.
    ///   - directory: Where `./dirgen.yaml` is looked for; `nil` is the current one.
    ///   - readingImportedPrices: Whether `ImportedPrices` lie over the built-in ones.
    /// - Throws: ``ConfigurationError`` with every mistake at once.
    public static func load(
        _ options: Options = .init(), environment: [String: String]? = nil, directory: String? = nil,
        readingImportedPrices: Bool = true
    ) throws(ConfigurationError) -> Configuration {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let directory = directory ?? FileManager.default.currentDirectoryPath
        let path = try filePath(options.file, environment, directory)
        let file = if let path { try ConfigurationFile(try YAMLDocument(file: path)) } else { ConfigurationFile() }
        var layers = EnvironmentLayer(environment: environment, file: file, fileName: path)
        let priority = layers.priority()
        let providers = file.catalogue.rows.map { layers.settings(for: $0) }
        let proxies = layers.proxies()
        let (database, databaseIsDefault) = layers.database(options.database)
        guard layers.problems.isEmpty else { throw ConfigurationError(layers.problems) }
        let imported = readingImportedPrices ? try ImportedPrices.read(environment: environment) : []
        let prices = PriceBook.builtIn.pricingFree(
            file.catalogue.rows.filter { $0.locality == .local }.map(\.name)
        ).importing(imported).overriding(file.prices)
        var configuration = Configuration(
            file: path, providers: providers, priority: priority, limits: file.limits,
            hedge: file.hedge, history: file.history, aliases: file.aliases, balance: file.balance, judge: file.judge,
            embeddings: file.embeddings,
            localModels: file.localModels,
            cache: file.cache,
            cacheLimits: file.cacheLimits, health: file.health, prices: prices,
            tasks: file.tasks, database: database, databaseIsDefault: databaseIsDefault,
            transport: TransportConfiguration(proxies: proxies, caFile: options.caFile ?? file.caFile),
            simulated: false)
        configuration.benchLimits = file.limits
        configuration.benchLimits.total = file.total ?? TimeLimits().total
        configuration.sources =
            filePlaces(options.file, environment, directory)
            + [file.profiles?.path, ImportedPrices.path(environment: environment)].compactMap(\.self)
        configuration.profiles = try file.profiles?.read { try? configuration.model(named: $0) } ?? []
        return configuration
    }

    /// The file to read. One that was named must exist.
    private static func filePath(
        _ option: String?, _ environment: [String: String], _ directory: String
    ) throws(ConfigurationError) -> String? {
        if let option {
            guard FileManager.default.fileExists(atPath: option) else {
                throw ConfigurationError(option: "config", message: "there is no file \(option)")
            }
            return option
        }
        return filePlaces(nil, environment, directory).first { FileManager.default.fileExists(atPath: $0) }
    }

    /// The places where the file is looked for, the first one first.
    private static func filePlaces(
        _ option: String?, _ environment: [String: String], _ directory: String
    ) -> [String] {
        if let option { return [option] }
        let user = UserFolders.configuration(environment).map { $0 + "/dirgen.yaml" }
        return [directory + "/dirgen.yaml"] + [user].compactMap(\.self)
    }

    /// The same configuration with every provider simulated.
    ///
    /// - Parameters:
    ///   - baseURL: The address that simulates a provider; `nil` leaves the provider out.
    ///   - models: The simulated models of a provider, the default first.
    public func simulated(
        at baseURL: (ProviderID) -> String?, models: (ProviderID) -> [ModelID]
    ) throws(ConfigurationError) -> Configuration {
        var result = self
        result.simulated = true
        result.providers = []
        result.transport.proxies = .init()
        for var settings in ProviderCatalogue.builtIn.rows.map(ProviderSettings.simulated) {
            guard let address = baseURL(settings.name) else { continue }
            do {
                settings.row.baseURL = try BaseURL(address)
            } catch {
                throw ConfigurationError(place: "simulator", message: error.description)
            }
            settings.row.defaultModels = models(settings.name)
            result.providers.append(settings)
        }
        return result
    }
}

extension ProviderSettings {
    fileprivate static func simulated(_ row: ProviderRow) -> ProviderSettings {
        let local = row.locality == .local
        return ProviderSettings(
            row: row, keys: local ? [] : [APIKey("simulated")], keyVariables: [], addressSource: "simulator",
            concurrency: local ? EnvironmentLayer.localConcurrency : EnvironmentLayer.cloudConcurrency,
            availability: .configured)
    }
}

/// All mistakes of a configuration.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One mistake: its place, a message and a hint.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The place: `dirgen.yaml:7:3`, or the name of an environment variable or option.
        public var place: String
        public var message: String
        public var hint: String?
        /// ``place`` is the name of an option that the caller set, as `provider`: how it is spelt is the caller's.
        public var isOption: Bool

        public init(place: String, message: String, hint: String? = nil, isOption: Bool = false) {
            self.place = place
            self.message = message
            self.hint = hint
            self.isOption = isOption
        }
        public var description: String { "\(place): \(message)\(hint.map { " (\($0))" } ?? "")" }
    }
    /// The mistakes; at least one.
    public var problems: [Problem]

    public init(_ problems: [Problem]) { self.problems = problems }
    public init(place: String, message: String, hint: String? = nil) {
        problems = [Problem(place: place, message: message, hint: hint)]
    }
    public init(option: String, message: String, hint: String? = nil) {
        problems = [Problem(place: option, message: message, hint: hint, isOption: true)]
    }
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// The rule for where the database is.
enum DatabaseLocation {
    /// `option`, else `DIRGEN_DB`, else `$XDG_STATE_HOME/dirgen/dirgen.sqlite`, whose default is under `~/.local/state`.
    ///
    /// - Returns: `nil` when none of these variables nor `HOME` is set.
    static func resolve(option: String?, environment: [String: String]) -> String? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let chosen = option ?? value("DIRGEN_DB") { return expand(chosen, home: value("HOME")) }
        // The base directory specification has relative values ignored.
        if let state = value("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/dirgen/dirgen.sqlite" }
        return value("HOME").map { $0 + "/.local/state/dirgen/dirgen.sqlite" }
    }

    /// Environment files are not read by a shell: a leading `~/` is ours to expand.
    private static func expand(_ path: String, home: String?) -> String {
        guard let home, path.hasPrefix("~/") else { return path }
        return home + path.dropFirst()
    }
}

/// The folders of a user's files, by the XDG base directory specification.
enum UserFolders {
    /// `$XDG_CONFIG_HOME/dirgen`, else `~/.config/dirgen`; a relative value counts as none.
    static func configuration(_ environment: [String: String]) -> String? {
        let home = environment["HOME"].map { $0 + "/.config" }
        let base = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home
        return base.map { $0 + "/dirgen" }
    }
}

extension ConfigurationError: CodedError {
    public var errorCode: ErrorCode { .configuration }
    public var errorMessage: String { description }
}

extension TransportConfiguration.Invalid: CodedError {
    public var errorCode: ErrorCode { .configuration }
    public var errorMessage: String { description }
}
