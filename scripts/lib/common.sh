# Sourced by the scripts beside it: where we are, what must be installed, how a build is shown.
root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
export SWIFT_BACKTRACE=${SWIFT_BACKTRACE:-enable=no}

say() { printf '%s\n' "$*" >&2; }

# install_packages PACKAGE...: installs the Debian packages that are missing, or names the one command that would.
install_packages() {
    local missing=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            as_root=(sudo)
        else
            say "Some Debian packages are missing. As root, run:"
            say "    apt-get update && apt-get install -y ${missing[*]}"
            exit 2
        fi
    fi
    say "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# What compiling needs beside the toolchain: SQLite, zlib, libcrypto for SHA-256, a C++ library for BoringSSL, git for SwiftPM.
build_packages=(libsqlite3-dev zlib1g-dev libssl-dev libc6-dev libstdc++-12-dev git ca-certificates)

require_swift() {
    command -v swift >/dev/null && return
    say "swift is not on PATH. Install a Swift 6.3 toolchain (https://www.swift.org/install/linux) and try again."
    exit 2
}

# Debug information is left out: a fifth of every cold build.
# DEBUG_INFO=dwarf scripts/build keeps it, for debuggers and profilers.
build_flags=(-debug-info-format "${DEBUG_INFO:-none}")

# build_release PRODUCT: an optimised build. The Swift runtime goes into the binary, so that it runs where no toolchain is.
build_release() {
    swift build -c release --product "$1" --static-swift-stdlib "${build_flags[@]}" 2>&1 | show_progress
}

# show_progress: one line that moves on a terminal, one in twenty elsewhere, with the time left by the steps done so far;
# whatever is not a step is printed as it is.
show_progress() {
    local terminal=0
    [ -t 2 ] && terminal=1
    awk -v terminal="$terminal" '
        function now(  t) { "date +%s" | getline t; close("date +%s"); return t }
        function left(seconds) { return seconds < 90 ? seconds " s left" : int(seconds / 60 + 0.5) " min left" }
        BEGIN { started = now() }
        match($0, /^\[[0-9]+\/[0-9]+\]/) {
            split(substr($0, 2, RLENGTH - 2), step, "/")
            if (int(step[1] * 20 / step[2]) == last && !(terminal && NR % 10 == 0)) next
            last = int(step[1] * 20 / step[2])
            passed = now() - started
            estimate = passed < 10 || step[1] < 20 ? "" : ", about " left(int(passed * (step[2] - step[1]) / step[1]))
            line = sprintf("[%d/%d] %d min %02d s%s: %s", step[1], step[2], passed / 60, passed % 60, estimate, substr($0, RLENGTH + 2))
            if (terminal) printf "\r\033[K%s", substr(line, 1, 100); else print line
            open = terminal; fflush(); next
        }
        { if (open) printf "\n"; open = 0; print; fflush() }
        END { if (open) printf "\n" }' >&2
}
