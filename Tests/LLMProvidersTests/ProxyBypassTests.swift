import Testing

@testable import LLMProviders

@Suite("NO_PROXY, read as curl reads it", .timeLimit(.minutes(1)))
struct ProxyBypassTests {
    private func covers(_ list: String, _ url: String) throws -> Bool { ProxyBypass(list).covers(try BaseURL(url)) }

    /// A host with entries that are for it, and entries that are for others though they look alike.
    struct Host: Sendable, CustomTestStringConvertible {
        var name: String
        var its: [String]
        var others: [String]
        var testDescription: String { name }
    }

    static let hosts = [
        Host(
            name: "llm.lab.example.net",
            its: [
                "llm.lab.example.net", "lab.example.net", ".example.net", "net", "LAB.Example.NET", "example.net.",
                ".lab.example.net.", "*.example.net",
            ],
            others: [
                "llm.lab.example", "ab.example.net", "xample.net", "x.llm.lab.example.net", "..example.net",
                "llm.*.net", "10.0.0.0/8",
            ]),
        Host(
            name: "gpubox", its: ["gpubox", ".gpubox", "GPUBOX."], others: ["box", "gpubox2", "gpubox.lan", "gpu*"]),
        Host(
            name: "10.20.30.40",
            its: [
                "10.20.30.40", "10.20.30.40/32", "10.0.0.0/8", "10.20.0.0/14", "10.20.30.40/31", "10.20.30.32/27",
                "10.99.99.99/8", "0.0.0.0/0",
            ],
            others: [
                "10.20.30.4", "20.30.40", ".30.40", "10.20.30.0/29", "11.0.0.0/8", "10.20.30.40/33", "10.20.30.40/-1",
                "10.20.30.40/x", "10.20.30.40/", "::/0", "010.20.30.40",
            ]),
        Host(
            name: "[fd12:3456::9]",
            its: [
                "fd12:3456::9", "[fd12:3456::9]", "fd12:3456:0:0:0:0:0:9", "FD12:3456::/32", "fd00::/8", "fc00::/7",
                "::/0", "fd12:3456::8/127",
            ],
            others: ["fd12:3456::", "fd12:3457::/32", "fe00::/8", "fd12:3456::9/129", "0.0.0.0/0", "fd12"]),
    ]

    @Test("a host's own entries cover it, alone and in any company; another's do not", arguments: hosts)
    func entries(host: Host) throws {
        let url = "http://\(host.name):8080/v1"
        let noise = ["", ",", " ,  ", "elsewhere.example, ", "192.0.2.0/24 other.example\t", "not/a/net,1.2.3/8,"]
        for before in noise {
            for entry in host.its {
                #expect(try covers(before + entry, url), "\(before)\(entry)")
                #expect(try covers(entry + " " + before, url), "\(entry) \(before)")
            }
            for entry in host.others { #expect(try !covers(before + entry, url), "\(before)\(entry)") }
        }
    }

    @Test("an asterisk covers everything when it stands alone, and nothing in a list", arguments: hosts)
    func everything(host: Host) throws {
        let url = "https://\(host.name)"
        #expect(try covers("*", url) && covers(" * ", url))
        #expect(try !covers("elsewhere.example,*", url) && !covers("*,elsewhere.example", url))
        #expect(try !covers("", url) && !covers(" , ", url))
    }

    @Test("an entry without a port or scheme covers all of them; one with covers those alone", arguments: hosts)
    func portsAndSchemes(host: Host) throws {
        for (url, scheme, port) in [
            ("http://\(host.name)", "http", 80), ("https://\(host.name)", "https", 443),
            ("http://\(host.name):8443", "http", 8443),
        ] {
            #expect(try covers(host.name, url))
            #expect(try covers("\(host.name):\(port)", url))
            #expect(try !covers("\(host.name):\(port + 1)", url))
            #expect(try covers("\(scheme)://\(host.name)", url) && covers("\(scheme)://\(host.name):\(port)/", url))
            #expect(try !covers("\(scheme == "http" ? "https" : "http")://\(host.name)", url))
            #expect(try !covers("socks5://\(host.name)", url))
        }
    }

    @Test("a name is not looked up, and a number is not below a name")
    func noLookUp() throws {
        #expect(try !covers("127.0.0.0/8,::1", "http://localhost.example"))
        #expect(try !covers("0.0.1", "http://10.0.0.1"))
        #expect(try covers("example.net", "http://host.example.net."))
    }

    @Test(
        "addresses are read in their usual spellings and in no other",
        arguments: [
            ("1.2.3.4", [1, 2, 3, 4]), ("::", [UInt8](repeating: 0, count: 16)),
            ("::ffff:1.2.3.4", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4]),
            ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
            ("fe80::1%eth0", [0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1]), ("1.2.3", nil), ("1.2.3.256", nil),
            ("01.2.3.4", nil), ("1:2:3:4:5:6:7", nil), ("1:2:3:4:5:6:7:8:9", nil), ("1::2::3", nil), (":::", nil),
            ("1:2:3:4:5:6:7:8::", nil), ("12345::", nil), ("+1::", nil), ("g::", nil), ("", nil), ("host", nil),
        ] as [(String, [UInt8]?)])
    func addresses(text: String, bytes: [UInt8]?) {
        #expect(IPAddress(text)?.bytes == bytes)
    }
}
