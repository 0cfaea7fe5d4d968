/// The version of the program and its libraries, as printed, stored with runs and sent as user agent.
public enum DirGenVersion {
    public static let current = "0.1.0"
}
