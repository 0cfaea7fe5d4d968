/// A certificate for 127.0.0.1 and ``name`` that nobody trusts, with its key; made for these tests and worth nothing.
enum TestCertificate {
    static let name = "llm.invalid"
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBdTCCARqgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
        c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
        CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABB1HaFbIuQYmgdpA
        vvMp9Y319CzBleUWG5TU/pW3MtZ0pUZZ3DiDJcGmW84fmHbMfauxLvnM5wQuqWoR
        QQLjmbujWzBZMA8GA1UdEwEB/wQFMAMBAf8wJwYDVR0RBCAwHoIJbG9jYWxob3N0
        ggtsbG0uaW52YWxpZIcEfwAAATAdBgNVHQ4EFgQU2tTbuRMt33DJQMXi38jkLaR+
        FqQwCgYIKoZIzj0EAwIDSQAwRgIhAPSUA64zqQd9mcA0HUWCOTB/YgD8YrXruuZW
        M8YUHhGsAiEA28FNDybFWjzmqnAiOhzLpCHHUPezwrznkAwDXPRl4Ao=
        -----END CERTIFICATE-----
        """
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQSUrbPDffnU1kvhy
        hXy9VvRCx5vk7r8UqnVf2W2/jROhRANCAAQdR2hWyLkGJoHaQL7zKfWN9fQswZXl
        FhuU1P6VtzLWdKVGWdw4gyXBplvOH5h2zH2rsS75zOcELqlqEUEC45m7
        -----END PRIVATE KEY-----
        """
}
