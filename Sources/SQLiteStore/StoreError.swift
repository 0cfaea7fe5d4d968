/// An error of the database, with a hint. Holds no prompt, answer, key or SQL argument.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable words: used in JSON output and in tests.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Raw: String {
            case notFound = "not_found"
            case notADatabase = "not_a_database"
            case foreignDatabase = "foreign_database"
            case newerVersion = "newer_version"
            case olderVersion = "older_version"
            case locked
            case readOnly = "read_only"
            case cannotOpen = "cannot_open"
            case diskFull = "disk_full"
            case corrupt
            case inputOutput = "io_error"
            case conflict
            case unknownRun = "unknown_run"
            case exists
            case failed
        }
        let raw: Raw
        public var description: String { raw.rawValue }

        /// There is no such file, and it was not to be created.
        public static let notFound = Code(raw: .notFound)
        public static let notADatabase = Code(raw: .notADatabase)
        /// A SQLite database, of another program.
        public static let foreignDatabase = Code(raw: .foreignDatabase)
        public static let newerVersion = Code(raw: .newerVersion)
        /// Opened read-only, and its schema would have to be brought up to date first.
        public static let olderVersion = Code(raw: .olderVersion)
        /// Another process held it longer than the busy timeout.
        public static let locked = Code(raw: .locked)
        public static let readOnly = Code(raw: .readOnly)
        public static let cannotOpen = Code(raw: .cannotOpen)
        public static let diskFull = Code(raw: .diskFull)
        public static let corrupt = Code(raw: .corrupt)
        public static let inputOutput = Code(raw: .inputOutput)
        /// The written data contradicts existing rows, or the schema.
        public static let conflict = Code(raw: .conflict)
        public static let unknownRun = Code(raw: .unknownRun)
        /// The file to be written is there already.
        public static let exists = Code(raw: .exists)
        public static let failed = Code(raw: .failed)
    }

    public let code: Code
    public let path: String
    public let message: String
    /// A hint as one sentence; `nil` when none is known.
    public let hint: String?

    init(_ code: Code, path: String, _ message: String, hint: String? = nil) {
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint
    }

    public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}
