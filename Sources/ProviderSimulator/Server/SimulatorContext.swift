import Hummingbird
import NIOCore

/// The context of a request: its connection, to notice that the client left and to break it off.
struct SimulatorContext: InitializableFromSource, Sendable {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}
