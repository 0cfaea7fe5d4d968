import Testing

@testable import LLMServer

@Suite("The rest of a server", .timeLimit(.minutes(1)))
struct ServerRestTests {
    @Test(
        "memory is given back once after each time of work",
        arguments: [
            (readings: [0, 0, 0], rests: [false, false, false]),
            ([3, 7, 7, 7], [false, false, true, false]),
            ([3, 3, 4, 4, 4, 9, 9], [false, true, false, true, false, false, true]),
        ])
    func rests(readings: [Int], rests: [Bool]) {
        var rest = ServerRest()
        #expect(readings.map { rest.begins(requests: $0) } == rests)
    }
}
