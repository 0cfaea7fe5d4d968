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

# Every step on a terminal; one line in twenty elsewhere, and whatever is not a step.
show_progress() {
    if [ -t 2 ]; then
        cat >&2
    else
        awk '
            match($0, /^\[[0-9]+\/[0-9]+\]/) {
                split(substr($0, 2, RLENGTH - 2), step, "/")
                if (int(step[1] * 20 / step[2]) != last) { last = int(step[1] * 20 / step[2]); print; fflush() }
                next
            }
            { print; fflush() }' >&2
    fi
}
