# Sourced by the scripts that run the tests, which are built before.

# run_all_tests FOLDER LOGS: every test of the build in FOLDER, one at a time in each of two processes, for two cores: those that call servers
# and start programs, and those that only compute. More side by side would starve the ones with real sockets and real deadlines. Two of
# `swift test` lock each other out.
run_all_tests() {
    local program=$1/dirgenPackageTests.xctest logs=$2 status=0 computing shown
    local calling='^(IntegrationTests|DirGen\w*Tests|(Client|Server)ConnectionsTests|LLM(Providers|Server|Service)Tests|ProviderSimulatorTests)\.'
    run_tests() { "$program" --testing-library swift-testing --no-parallel "$@" 2>&1; }
    # Into files: to a pipe they write colours. In front, as what the shell starts behind it is deaf to Ctrl-C, which tests send.
    run_tests --skip "$calling" >"$logs/computing" &
    computing=$!
    : >"$logs/calling"
    tail -f "$logs/calling" &
    shown=$!
    run_tests --filter "$calling" >"$logs/calling" || status=1
    wait $computing || status=1
    sleep 1
    kill $shown
    wait $shown 2>/dev/null || true
    cat "$logs/computing"
    return $status
}

# repeat_failures LOGS: what failed, once more, where the eye is.
repeat_failures() {
    say ""
    cat "$1"/* | grep -E '^(✘|error:|↳)|recorded an issue|WARNING: ThreadSanitizer' |
        grep -v "Testing Library Version\|Target Platform" >&2
}
