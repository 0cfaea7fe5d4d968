/// The folders of a user's files, by the XDG base directory specification.
enum UserFolders {
    /// `$XDG_CONFIG_HOME/dirgen`, else `~/.config/dirgen`; a relative value counts as none.
    static func configuration(_ environment: [String: String]) -> String? {
        let home = environment["HOME"].map { $0 + "/.config" }
        let base = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home
        return base.map { $0 + "/dirgen" }
    }
}
