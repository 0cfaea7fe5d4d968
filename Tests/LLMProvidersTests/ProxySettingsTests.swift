import LLMCore
import Testing

@testable import LLMProviders

@Suite("Proxies", .timeLimit(.minutes(2)))
struct ProxySettingsTests {
    private func proxy(_ environment: [String: String], _ url: String) throws -> String? {
        try ProxySettings(environment: environment).proxy(for: BaseURL(url)).map { "\($0.kind) \($0.host):\($0.port)" }
    }

    @Test(
        "an address on this machine or its network is told from one of the world, however it is spelt",
        arguments: [
            ("http://localhost:12434", true), ("http://127.0.0.1:1", true), ("http://[::1]:1", true),
            ("http://10.1.2.3", true), ("http://172.16.0.1", true), ("http://172.32.0.1", false),
            ("http://192.168.1.5:12434", true), ("http://192.169.1.5", false), ("http://169.254.1.1", true),
            ("http://[fd00::1]", true), ("http://[fe80::1]", true), ("http://[2001:db8::1]", false),
            ("http://[::ffff:8.8.8.8]", false), ("http://model-runner.docker.internal", true),
            ("http://nas.local", true),
            ("http://gpubox:8080", true), ("https://gpu.rented.example", false), ("https://local.example.com", false),
            ("http://8.8.8.8", false), ("http://134744072", false), ("http://010.8.8.8", false), ("http://10.1", false),
            ("http://127.evil.example", false), ("http://127.0.0.1.evil.example", false),
        ])
    func privateAddresses(url: String, isPrivate: Bool) throws {
        #expect(try BaseURL(url).isPrivate == isPrivate)
    }

    @Test("https goes through HTTPS_PROXY, http through HTTP_PROXY")
    func schemes() throws {
        let environment = ["HTTPS_PROXY": "http://secure:3128", "http_proxy": "plain:8080"]
        #expect(try proxy(environment, "https://api.openai.com") == "http secure:3128")
        #expect(try proxy(environment, "http://example.com") == "http plain:8080")
        #expect(try proxy([:], "https://api.openai.com") == nil)
        #expect(try proxy(["ALL_PROXY": "socks5://s:1"], "https://api.openai.com") == "socks5 s:1")
    }

    @Test(
        "NO_PROXY names hosts and all below them; this machine needs no proxy",
        arguments: [
            ("https://api.openai.com", "openai.com", true), ("https://api.openai.com", ".openai.com", true),
            ("https://api.openai.com", "api.openai.com:443", true),
            ("https://api.openai.com", "api.openai.com:80", false),
            ("https://notopenai.com", "openai.com", false), ("https://api.openai.com", "*", true),
            ("https://10.1.2.3", "x, 10.1.2.3", true), ("http://localhost:12434", "", true),
            ("http://127.0.0.1:1", "", true), ("http://[::1]:1", "", true), ("https://api.x.ai", "openai.com,,", false),
        ])
    func bypass(url: String, list: String, direct: Bool) throws {
        let environment = ["https_proxy": "http://p:1", "http_proxy": "http://p:1", "no_proxy": list]
        #expect(try (proxy(environment, url) == nil) == direct)
    }

    @Test("a proxy's credentials are read, and in no error")
    func credentials() throws {
        let address = try ProxySettings.Address("http://us%40er:pa%3Ass@host:1")
        #expect(address.user == "us@er")
        #expect(address.password == "pa:ss")
        #expect {
            try ProxySettings.Address("http://user:canary@host:0")
        } throws: { !"\($0)".contains("canary") }
        #expect(throws: BaseURL.Invalid.self) { try ProxySettings.Address("https://host:1") }
    }

    @Test("a request to another machine arrives at the proxy")
    func through() async throws {
        try await ScriptedServer.with({ request in
            [.send(request.line.hasPrefix("CONNECT") ? "HTTP/1.1 200 OK\r\n\r\n" : Wire.stream)]
        }) { server in
            let proxies = try ProxySettings(environment: ["HTTP_PROXY": "http://u:p@127.0.0.1:\(server.port)"])
            let seen = try await Transport.with(TransportConfiguration(proxies: proxies)) { transport in
                var row = Calls.row(port: 1)
                row.baseURL = try BaseURL("http://llm.invalid/v1")
                return try await Calls.read(HTTPModelClient(row: row, transport: transport))
            }
            #expect(seen.text == "Hello")
            #expect(
                server.requests.map(\.line) == [
                    "CONNECT llm.invalid:80 HTTP/1.1", "POST /v1/chat/completions HTTP/1.1",
                ])
            #expect(server.requests.map { $0.headers["proxy-authorization"] } == ["Basic dTpw", nil])
        }
    }

    @Test("a certificate file that cannot be read is said so")
    func certificates() async throws {
        let configuration = TransportConfiguration(caFile: "/nowhere/ca.pem")
        #expect {
            try Transport(configuration)
        } throws: { "\($0)".contains("/nowhere/ca.pem") }
    }
}
