import Foundation
public import LLMCore

/// The user's imported price file: under `dirgen.yaml`, over the built-in table.
public enum ImportedPrices {
    /// The path of the file, `$XDG_CONFIG_HOME/dirgen/prices.json`; `nil` where there is no home.
    public static func path(environment: [String: String]? = nil) -> String? {
        UserFolders.configuration(environment ?? ProcessInfo.processInfo.environment).map { $0 + "/prices.json" }
    }

    /// The prices of the file; empty when there is none.
    ///
    /// - Throws: ``ConfigurationError`` with line and column.
    public static func read(environment: [String: String]) throws(ConfigurationError) -> [ModelPrice] {
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

    /// Writes a price file, whole or not at all.
    ///
    /// - Throws: ``ConfigurationError`` when the folder or the file cannot be written.
    public static func write(_ file: PriceFile, to path: String) throws(ConfigurationError) {
        let url = URL(filePath: path)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data((file.json.prettyText + "\n").utf8).write(to: url, options: .atomic)
        } catch {
            throw ConfigurationError(place: path, message: "cannot be written: \(error.localizedDescription)")
        }
    }
}
