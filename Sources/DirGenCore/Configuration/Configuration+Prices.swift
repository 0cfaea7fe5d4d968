import Foundation
public import LLMCore
import LLMProviders

extension Configuration {
    /// The cost of a call, from the usage its provider reported.
    ///
    /// - Parameters:
    ///   - provider: Its name, or the one that price tables use (`google`, `docker-model-runner`).
    ///   - model: The provider's own name of the model.
    ///   - document: A raw usage object or a whole response body, which also states tier, speed and region.
    ///   - microseconds: When the call was made, since 1970.
    ///   - context: Facts that the document lacks: `processing=batch`, `region=eu`, `web_searches=2`, ...
    /// - Throws: ``ConfigurationError`` for an unknown provider, or a document without usage. An unknown price is no error: the quote
    ///   gives the reason.
    public func quote(
        provider: String, model: String, usage document: JSONValue, at microseconds: Int64, context: [String: String]
    ) throws(ConfigurationError) -> (model: ModelID, quote: CostQuote) {
        let settings = try settings(of: provider)
        guard var usage = UsageDocument.read(document, row: settings.row) else {
            throw ConfigurationError(option: "usage", message: "there is no usage object with token counts in it")
        }
        try refuseOutOfRange(document)
        var context = context
        if let searches = context.removeValue(forKey: "web_searches") {
            guard let count = Int(searches), count >= 0 else {
                throw ConfigurationError(
                    option: "context", message: "web_searches: expected a count, found '\(searches)'")
            }
            usage.tokens.webSearches = usage.tokens.webSearches ?? count
        }
        let id = pricedModel(model, of: settings.name)
        return (id, prices.quote(model: id, usage: usage, at: microseconds, context: context))
    }

    /// The cost of a call, from the bytes of a JSON document with its usage.
    ///
    /// - Parameters:
    ///   - provider: Its name, or the one that price tables use.
    ///   - model: The provider's own name of the model.
    ///   - bytes: A usage object or a whole response body.
    ///   - place: The name of the document, for errors.
    ///   - microseconds: When the call was made, since 1970.
    ///   - context: Facts that the document lacks.
    /// - Throws: ``ConfigurationError`` with line and column.
    public func quote(
        provider: String, model: String, usage bytes: [UInt8], named place: String, at microseconds: Int64,
        context: [String: String]
    ) throws(ConfigurationError) -> (model: ModelID, quote: CostQuote) {
        let document: JSONValue
        do throws(JSONSyntaxError) {
            document = try JSONValue.parse(bytes)
        } catch {
            throw ConfigurationError(
                place: "\(place):\(error.line):\(error.column)", message: "\(error.message)")
        }
        return try quote(provider: provider, model: model, usage: document, at: microseconds, context: context)
    }

    /// Refuses a count of tokens that no call can have: it would be taken for one that is not there.
    private func refuseOutOfRange(_ document: JSONValue) throws(ConfigurationError) {
        for member in document.object ?? JSONObject() {
            try refuseOutOfRange(member.value)
            let key = member.key.lowercased()
            guard key.contains("token"), let count = member.value.double, !(0...1e12).contains(count) else { continue }
            throw ConfigurationError(
                option: "usage",
                message: "\(member.key) is out of range: expected 0 to 1000000000000 tokens, found "
                    + (member.value.number?.literal ?? "\(count)"))
        }
    }

    private func settings(of provider: String) throws(ConfigurationError) -> ProviderSettings {
        if let settings = self.provider(ProviderCatalogue.canonical(provider)) { return settings }
        let names = providers.map(\.name.rawValue)
        throw ConfigurationError(
            option: "provider", message: "no provider is named '\(provider)'",
            hint: Suggestion.hint(for: provider, among: names) ?? "there are \(names.sorted().joined(separator: ", "))")
    }

    /// The model under the provider, its name taken as it stands unless only the part after the provider has a price.
    private func pricedModel(_ name: String, of provider: ProviderID) -> ModelID {
        let whole = ModelID(provider: provider, name: name)
        return prices.price(of: whole) == nil ? ModelID(name, of: provider) : whole
    }

    /// The price of a named model: `provider/model`, or a bare name that exactly one provider has.
    ///
    /// - Throws: ``ConfigurationError`` when there is none, or several.
    public func price(named text: String) throws(ConfigurationError) -> ModelPrice {
        let priced = ModelResolver(
            known: { written in
                let provider = ProviderCatalogue.canonical(written.provider.rawValue)
                let model = ModelID(provider: provider, name: written.name)
                return prices.price(of: model) == nil ? nil : model
            }, named: { prices.models(named: $0).map(\.model) })
        do throws(ModelNameError) {
            if let price = prices.price(of: try priced.model(named: text)) { return price }
        } catch {
            if case .ambiguous(let found) = error {
                let names = found.map(\.description).joined(separator: ", ")
                throw ConfigurationError(
                    place: text, message: "several providers have it", hint: "choose among \(names)")
            }
        }
        let names = prices.models.flatMap { [$0.model.description, $0.model.name] }
        throw ConfigurationError(
            place: text, message: "no price is known", hint: Suggestion.hint(for: text, among: names))
    }
}

/// The user's imported price file: under `dirgen.yaml`, over the built-in table.
package enum ImportedPrices {
    /// The path of the file, `$XDG_CONFIG_HOME/dirgen/prices.json`; `nil` where there is no home.
    package static func path(environment: [String: String]? = nil) -> String? {
        UserFolders.configuration(environment ?? ProcessInfo.processInfo.environment).map { $0 + "/prices.json" }
    }

    /// The prices of the file; empty when there is none.
    ///
    /// - Throws: ``ConfigurationError`` with line and column.
    package static func read(environment: [String: String]) throws(ConfigurationError) -> [ModelPrice] {
        guard let path = path(environment: environment), FileManager.default.fileExists(atPath: path) else { return [] }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(place: path, message: "cannot be read")
        }
        do {
            return try PriceFile(parsing: data).models
        } catch {
            throw ConfigurationError(
                place: "\(path):\(error.line):\(error.column)", message: error.message,
                hint: "import the prices again, or remove the file")
        }
    }

    /// Makes the folder of ``path(environment:)`` where there is none.
    ///
    /// - Throws: ``ConfigurationError`` when it cannot be made.
    package static func makeFolder(of path: String) throws(ConfigurationError) {
        let folder = URL(filePath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw ConfigurationError(place: path, message: "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Writes a price file, whole or not at all, into a folder that is there.
    ///
    /// - Throws: ``ConfigurationError`` when the file cannot be written.
    package static func write(_ file: PriceFile, to path: String) throws(ConfigurationError) {
        let url = URL(filePath: path)
        let folder = url.deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder) else {
            throw ConfigurationError(place: path, message: "there is no folder \(folder)")
        }
        do {
            try Data((file.json.prettyText + "\n").utf8).write(to: url, options: .atomic)
        } catch {
            throw ConfigurationError(place: path, message: "cannot be written: \(error.localizedDescription)")
        }
    }
}
