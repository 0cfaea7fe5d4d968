/// A certificate for 127.0.0.1 that nobody trusts, with its key; made for these tests and worth nothing.
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBRzCB7qADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
        dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
        bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE0DOPk/KeP6K/fCS/
        6NmgK7OpQOMFZogh6Je4bSMJ9mRevJeUBcozMNysk2DQ9bfRZVL+U7X6PE58V3uU
        RoS//6MvMC0wDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SH
        BH8AAAEwCgYIKoZIzj0EAwIDSAAwRQIhAPvXuyD5tk0vgvUg1qoVw1AjAEhR759H
        EXautIpi/lIOAiBiv3ud4T9Q6fLThnW9V5kk2hPFKCWocOTk26+vGmj+Ng==
        -----END CERTIFICATE-----
        """
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDb8N1wNpoiLgn9lc
        257/Nsg1tH9ILBmHkyLCQJaHRLmhRANCAATQM4+T8p4/or98JL/o2aArs6lA4wVm
        iCHol7htIwn2ZF68l5QFyjMw3KyTYND1t9FlUv5Ttfo8TnxXe5RGhL//
        -----END PRIVATE KEY-----
        """
}
