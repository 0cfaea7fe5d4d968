/// The version of the program and its libraries, as printed, stored with runs and sent as user agent.
package enum DirGenVersion {
    package static let current = "0.1.0"
}
