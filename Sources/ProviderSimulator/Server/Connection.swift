import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Rough handling of sockets.
enum Connection {
    /// Closes with a reset: what the other side has not read yet is lost.
    static func reset(_ channel: any Channel) async {
        // A channel that cannot be told to reset, or is closed already, is merely closed.
        if let socket = channel as? any SocketOptionProvider {
            try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        await close(channel)
    }

    /// Closes it; one that is closed already stays so.
    static func close(_ channel: any Channel) async { try? await channel.close() }
}
