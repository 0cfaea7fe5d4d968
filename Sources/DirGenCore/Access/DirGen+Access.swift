package import LLMCore
package import LLMService
package import Logging

extension Configuration {
    /// The virtual keys of the configured database.
    ///
    /// - Returns: `nil` where they are only to be read, and there is no database.
    package func virtualKeys(_ use: DatabaseUse) throws(StoreError) -> VirtualKeyRegistry? {
        try openStore(use).map { VirtualKeyRegistry(store: $0) }
    }
}

extension DirGen {
    /// The virtual keys of this service; `nil` without a database that may be written.
    package var virtualKeys: VirtualKeyRegistry? { keyStore.map { VirtualKeyRegistry(store: $0) } }

    /// A new admission of clients by virtual keys, one for a server; `nil` without a database that may be written.
    package func accessControl(
        _ options: AccessControl.Options = .init(), time: TimeSource = .live, logger: Logger = Logger(label: "dirgen")
    ) -> AccessControl? {
        keyStore.map { AccessControl(store: $0, options: options, time: time, logger: logger) }
    }

    private var keyStore: (any VirtualKeyStore)? { store.flatMap { $0.isReadOnly ? nil : $0 } }
}
