import Hummingbird
import NIOCore

/// What a request brings along: its connection, to see whether the client is still there and to break it off.
struct SimulatorContext: InitializableFromSource, Sendable {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}
