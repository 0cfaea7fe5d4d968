/// The location of the database.
public enum DatabaseLocation {
    /// `option`, else `DIRGEN_DB`, else `$XDG_STATE_HOME/dirgen/dirgen.sqlite`, whose default is under `~/.local/state`.
    ///
    /// - Throws: ``StoreError`` when none of these variables nor `HOME` is set.
    public static func resolve(option: String?, environment: [String: String]) throws(StoreError) -> String {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let chosen = option ?? value("DIRGEN_DB") { return expand(chosen, home: value("HOME")) }
        // The base directory specification has relative values ignored.
        if let state = value("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/dirgen/dirgen.sqlite" }
        guard let home = value("HOME") else {
            throw StoreError(
                .cannotOpen, path: "", "there is no place for the database: HOME is not set",
                hint: StoreError.elsewhere)
        }
        return home + "/.local/state/dirgen/dirgen.sqlite"
    }

    /// Environment files are not read by a shell: a leading `~/` is ours to expand.
    private static func expand(_ path: String, home: String?) -> String {
        guard let home, path.hasPrefix("~/") else { return path }
        return home + path.dropFirst()
    }
}
