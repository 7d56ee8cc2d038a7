# Sourced by run and test: what the machine must have, and how it is installed. Packages come from the
# distribution, browser assets and test tools from their language's registry, pinned by lock files.
# Nothing is installed that is there already; the second run takes no time.

say() { printf '\033[1m%s\033[0m\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "need root or sudo to install packages: $*"
    fi
}

# shellcheck source=/dev/null
distribution() { (. /etc/os-release && printf '%s-%s' "$ID" "${VERSION_ID:-}"); }

build_packages() {
    local boost=
    case $(distribution) in
        debian-12) boost='libboost1.81-dev libboost-json1.81-dev' ;;
        ubuntu-24.04) boost='libboost1.83-dev libboost-json1.83-dev' ;;
        *) boost='libboost-dev libboost-json-dev' ;;
    esac
    echo "g++ cmake ninja-build pkg-config $boost libssl-dev libsqlite3-dev libargon2-dev
        libcrypt-dev libctemplate-dev libpango1.0-dev libcairo2-dev libicu-dev libdeflate-dev libexpat1-dev
        zlib1g-dev libcurl4-openssl-dev libcli11-dev fonts-noto-core libgtest-dev libgmock-dev nodejs npm ca-certificates"
}

test_packages() {
    echo "ccache mold clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev chromium
        poppler-utils python3 python3-venv sqlite3 curl"
}

install_packages() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    # A newer node than the distribution's brings its own npm.
    if command -v npm >/dev/null && command -v node >/dev/null; then
        local kept=()
        for package in "${missing[@]}"; do
            case $package in nodejs | npm) ;; *) kept+=("$package") ;; esac
        done
        missing=("${kept[@]}")
    fi
    [ ${#missing[@]} = 0 ] && return
    command -v apt-get >/dev/null || die "this needs Debian 12 (or Ubuntu 24.04); please install: ${missing[*]}"
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    as_root apt-get -o DPkg::Lock::Timeout=300 update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
        --no-install-recommends "${missing[@]}" >build/packages.log 2>&1 ||
        { tail -20 build/packages.log; die 'the packages could not be installed; the log is build/packages.log'; }
}

# Runs a command only when the files that it goes by have changed since: once_for NAME FILE... -- COMMAND.
once_for() {
    local stamp=build/stamps/$1 files=() sum
    shift
    while [ "$1" != -- ]; do files+=("$1"); shift; done
    shift
    sum=$(cat "${files[@]}" | sha256sum)
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && return
    "$@" || return
    mkdir -p build/stamps
    printf '%s' "$sum" >"$stamp"
}

install_assets() {
    [ -d node_modules/bootstrap ] || rm -f build/stamps/assets
    once_for assets package.json package-lock.json -- fetch_assets
}
fetch_assets() {
    say 'Fetching the pinned browser assets'
    npm ci --silent --no-audit --no-fund || die 'npm could not fetch the browser assets'
}

build_release() {
    if [ ! -f build/release/build.ninja ]; then
        say 'Configuring'
        cmake --preset release >build/configure.log 2>&1 ||
            { tail -30 build/configure.log; die 'cmake failed; the log is build/configure.log'; }
    fi
    say "Building (the first time takes some minutes; progress is [done/all])"
    ninja -C build/release "$@" || die 'the build failed'
}
