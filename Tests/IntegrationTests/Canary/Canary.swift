import Foundation
import LLMCore

/// Secrets of no vendor's shape: nothing but knowing them can hide them.
enum Canary {
    static let key = "KanarieQx7One"
    static let secondKey = "KanarieQx7Two"
    static let header = "KanarieQx7Header"
    static let query = "KanarieQx7Query"
    static let password = "KanarieQx7Pass"
    /// Where a key may be written by mistake.
    static let stray = "KanarieQx7Stray"
    static let keys = [key, secondKey, header, query, password, stray]
    static let prompt = "pregunta canaria: wherefore sings the yellow bird at dawn?"
    static let answer = "respuesta canaria: because the cage is open tonight."

    /// What a hostile provider knows of us, in one line.
    static var echo: String { [key, secondKey, header, query].joined(separator: " ") + " -- " + prompt }

    /// The canaries that `bytes` holds, as they are or in base64.
    static func leaks(in bytes: Data, _ canaries: [String] = keys) -> [String] {
        canaries.filter { canary in
            // Base64 has three alignments; what is not shared with the neighbours stays the same.
            let encoded = (0..<3).map { shift in
                let text = Data((String(repeating: "-", count: shift) + canary).utf8).base64EncodedString()
                return String(text.dropFirst(shift == 0 ? 0 : 4).prefix(canary.utf8.count * 4 / 3 - 6))
            }
            return ([canary] + encoded).contains { bytes.range(of: Data($0.utf8)) != nil }
        }
    }

    static func leaks(in text: String, _ canaries: [String] = keys) -> [String] { leaks(in: Data(text.utf8), canaries) }

    /// Every file below a folder that holds one of them, with what it holds.
    static func leaks(below folder: URL, _ canaries: [String] = keys, except: (String) -> Bool) -> [String: [String]] {
        var found: [String: [String]] = [:]
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        for name in names where !except(name) {
            guard let bytes = try? Data(contentsOf: folder.appending(path: name)) else { continue }
            let leaks = leaks(in: bytes, canaries)
            if !leaks.isEmpty { found[name] = leaks }
        }
        return found
    }
}
