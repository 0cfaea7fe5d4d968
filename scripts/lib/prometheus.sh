# Sourced by test-prometheus: Prometheus and promtool of Debian, installed, or unpacked beside the checkout.

# prometheus_tools: prints the folder that holds both. Installing the package would start a server on its usual port, so it is only unpacked.
prometheus_tools() {
    if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
        dirname -- "$(command -v promtool)"
        return
    fi
    local cache=$root/.prometheus
    if [ ! -x "$cache/usr/bin/promtool" ]; then
        say "unpacking Debian's prometheus into $cache"
        mkdir -p "$cache"
        if ! (cd "$cache" && apt-get download -qq prometheus >&2); then
            [ "$(id -u)" -ne 0 ] || apt-get update -qq >&2
            (cd "$cache" && apt-get download -qq prometheus >&2)
        fi
        dpkg -x "$cache"/prometheus_*.deb "$cache"
        rm -f "$cache"/prometheus_*.deb
    fi
    printf '%s\n' "$cache/usr/bin"
}
