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

# install_venv FOLDER REQUIREMENTS: a Python environment with exactly these, made anew when they change.
install_venv() {
    ! cmp -s "$2" "$1/installed.txt" || return 0
    say "installing $2 into $1"
    python3 -m venv --clear "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2"
    cp "$2" "$1/installed.txt"
}

# require_venv: what install_venv needs; apart, since two environments may be made at once.
require_venv() {
    python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3 python3-venv ca-certificates
}

# What compiling needs beside the toolchain: SQLite, zlib, libcrypto for SHA-256, a C++ library for BoringSSL, git for SwiftPM.
build_packages=(libsqlite3-dev zlib1g-dev libssl-dev libc6-dev libstdc++-12-dev git ca-certificates)

# What judging answers by running them needs: a sandbox, and the languages beside Swift. Without it such verdicts stay open.
grading_packages=(bubblewrap python3 nodejs)

require_swift() {
    command -v swift >/dev/null && return
    say "swift is not on PATH. Install a Swift 6.3 toolchain (https://www.swift.org/install/linux) and try again."
    exit 2
}

# Debug information is left out: a fifth of every cold build.
# DEBUG_INFO=dwarf scripts/build keeps it, for debuggers and profilers.
build_flags=(-debug-info-format "${DEBUG_INFO:-none}")

# build_release PRODUCT: an optimised build, across modules: a request through the server takes a twentieth less. The Swift runtime goes
# into the binary, so that it runs where no toolchain is.
build_release() {
    swift build -c release --product "$1" --static-swift-stdlib -Xswiftc -cross-module-optimization "${build_flags[@]}" 2>&1 |
        show_progress
}

# require_program [ARGUMENT...]: makes BIN absolute, since programs are started in folders of their own: what the caller names, else the
# release build, which is made where there is none. With `--help` among the arguments nothing is built.
require_program() {
    if [ -z "${BIN:-}" ]; then
        BIN=$root/.build/release/dirgen-bench
        case " $* " in *" --help "* | *" -h "*) return ;; esac
        [ -x "$BIN" ] || "$root/scripts/build"
    fi
    [ -x "$BIN" ] || { say "BIN names no program: $BIN"; exit 2; }
    BIN=$(readlink -f -- "$BIN")
}

# show_progress: one line that moves on a terminal, one in twenty elsewhere, with the time left; whatever is not a step is printed as it
# is. In bash, since mawk, Debian's awk, reads a pipe by the block and shows nothing for minutes.
show_progress() {
    local line last=-1 open='' moving='' started=$SECONDS
    [ -t 2 ] && moving=1
    while IFS= read -r line || [ -n "$line" ]; do
        if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*) ]]; then
            local step=${BASH_REMATCH[1]} steps=${BASH_REMATCH[2]} name=${BASH_REMATCH[3]} passed=$((SECONDS - started))
            [ -n "$moving" ] || [ $((step * 20 / steps)) -ne "$last" ] || continue
            last=$((step * 20 / steps))
            printf -v line '[%d/%d] %d min %02d s%s: %s' "$step" "$steps" $((passed / 60)) $((passed % 60)) \
                "$(time_left "$step" "$steps" "$passed")" "$name"
            if [ -n "$moving" ]; then printf '\r\033[K%s' "${line:0:100}" >&2; else say "$line"; fi
            open=$moving
        else
            [ -z "$open" ] || say ""
            open=''
            say "$line"
        fi
    done
    [ -z "$open" ] || say ""
}

# time_left STEP STEPS SECONDS: `, about 4 min left`. The steps of a cold build are unequal: BoringSSL's 300 C files are half of them and
# take a quarter of the time, and the Swift modules after them most of the rest. The two rows hold, in per mille, where a measured
# build stood; a change rebuilds few modules and has steps of about one length.
time_left() {
    local share=$(($1 * 1000 / $2)) steps=(0 80 200 250 500 850 1000) times=(0 10 200 210 270 400 1000) i=1 left
    if [ "$2" -ge 300 ]; then
        while [ "${steps[i]}" -lt "$share" ]; do i=$((i + 1)); done
        share=$((times[i - 1] + (times[i] - times[i - 1]) * (share - steps[i - 1]) / (steps[i] - steps[i - 1])))
    fi
    if [ "$3" -lt 10 ] || [ "$share" -lt 40 ]; then return; fi
    left=$(($3 * (1000 - share) / share))
    if [ $left -lt 90 ]; then printf ', about %d s left' $left; else printf ', about %d min left' $(((left + 30) / 60)); fi
}
