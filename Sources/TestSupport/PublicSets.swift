package import Foundation
package import LLMCore

/// The well-known task sets and other programs' verdicts, in the folder that `DIRGEN_PUBLIC_SETS` names or beside the package.
/// They are never part of the project.
package enum PublicSets {
    package static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["DIRGEN_PUBLIC_SETS"], !path.isEmpty {
            return URL(filePath: path)
        }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appending(path: "shared/public-sets")
    }()

    package static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    package static func path(_ name: String) -> String { folder.appending(path: name).path }

    /// The rows of a file of JSON Lines.
    package static func rows(_ name: String) throws -> [JSONValue] {
        let data = try Data(contentsOf: folder.appending(path: name))
        return try data.split(separator: 0x0A).map { try JSONValue.parse($0) }
    }
}
