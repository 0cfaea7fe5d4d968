import BenchCore
import YAMLReading

extension YAMLText {
    /// The text of a file.
    ///
    /// - Throws: ``BenchCore/DatasetErrors`` for a text that is not YAML, with its place.
    init(_ bytes: [UInt8], path: String) throws(DatasetErrors) {
        do throws(Fault) {
            try self.init(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw DatasetErrors([
                DatasetError(path: path, line: error.line, column: error.column, message: error.message)
            ])
        }
    }
}
