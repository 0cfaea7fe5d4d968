import Foundation

/// The bytes of a file of any kind: pipes too, as a shell makes them of `<(…)`.
package enum WholeFile {
    /// - Returns: `nil` for what cannot be read.
    package static func bytes(_ path: String) -> [UInt8]? {
        // What is no regular file gives Foundation's own reader no size to begin with.
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() ?? Data() else {
            return nil
        }
        return Array(data)
    }
}
