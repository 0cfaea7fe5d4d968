extension Schema {
    /// Version 11: a call names the virtual key it was asked with, and its caller's tags.
    static let attribution = """
        ALTER TABLE calls ADD COLUMN virtual_key TEXT; -- its name; NULL: none was shown
        ALTER TABLE calls ADD COLUMN tags TEXT; -- JSON, a list of name or name=value; NULL: none
        """
}
