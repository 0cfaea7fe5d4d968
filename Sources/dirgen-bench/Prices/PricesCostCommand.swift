import ArgumentParser
import DirGenAPI
import DirGenCore
import LLMCore

/// The command `prices cost`: the cost of a call, from the usage its provider reported.
struct PricesCostCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost", abstract: "Compute the cost of a call from the usage its provider reported.",
        discussion: """
            Reads a usage object or a whole response body; service tier, speed and region come from the body. An unknown \
            model or price prints as unknown, never as zero.
            """)

    @OptionGroup var global: GlobalOptions
    @Option(help: "Provider; google and docker-model-runner are accepted too.", transform: TextArgument.name)
    var provider: String
    @Option(help: "Model, as the provider names it.", transform: TextArgument.name)
    var model: String
    @Option(
        help: ArgumentHelp("JSON file with the usage or the response; - reads standard input.", valueName: "file"),
        transform: TextArgument.file)
    var usage: String
    @Option(
        help: ArgumentHelp("Time of the call: 2026-08-20 or 2026-08-20T10:00:00Z (default: now).", valueName: "date"))
    var at: String?
    @Option(
        help: ArgumentHelp(
            "Fact that the document lacks, such as processing=batch; may be repeated.",
            discussion: "Keys: service_tier, processing, speed, inference_geo, region, cache_ttl, web_searches.",
            valueName: "key=value"))
    var context: [String] = []

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let instant = try at.map { try PricesCostCommand.instant($0) } ?? TimeSource.live.wallMicroseconds()
        let facts = try PricesCostCommand.facts(context)
        let document = try InputFile.bytes(usage)
        let configuration = try common.configuration()
        let (priced, quote) = try configuration.quote(
            provider: provider, model: model, usage: document, named: InputFile.name(usage), at: instant, context: facts
        )
        for key in PriceBook.unknownContextKeys(facts) where key != "web_searches" {
            console.warn("--context \(key) is ignored: no price depends on it")
        }
        switch global.format {
        case .json:
            try console.json(
                QuoteDocument(quote, of: priced, at: instant, prices: configuration.prices.version))
        case .text: console.data(PricePages.quote(quote, of: priced))
        }
    }

    private static func instant(_ text: String) throws -> Int64 {
        guard let instant = CalendarDay(text)?.microseconds ?? RFC3339.microseconds(text) else {
            throw CommandError(.usage, "--at: expected 2026-08-20 or 2026-08-20T10:00:00Z, found '\(text)'")
        }
        return instant
    }

    private static func facts(_ pairs: [String]) throws -> [String: String] {
        var facts: [String: String] = [:]
        for pair in pairs {
            guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
                throw CommandError(.usage, "--context: expected KEY=VALUE, found '\(pair)'")
            }
            facts[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
        }
        return facts
    }
}
