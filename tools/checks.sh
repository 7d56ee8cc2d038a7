# Sourced by test: one function a part. Each returns non-zero when it fails.

ctest_in() {
    ctest --test-dir "build/$1" --output-on-failure -j 2 --timeout 300 "${@:2}"
}

configured() {
    [ -f "build/$1/build.ninja" ] && return
    cmake --preset "$1" >"build/configure-$1.log" 2>&1 || { tail -30 "build/configure-$1.log"; return 1; }
}

check_quick() {
    configured release && ninja -C build/release && ctest_in release && check_commands
}

# The sub-commands, backup and restore, golden metrics, logs without personal data.
check_commands() { python3 testing/commands/commands.py build/studentcore; }

check_format() {
    git ls-files '*.cc' '*.h' | xargs clang-format-19 --dry-run -Werror
}

check_asan() { configured asan && ninja -C build/asan && ctest_in asan -LE 'slow'; }

# Pango, Cairo, fontconfig and GLib were built without it: where they are used, what they do by
# themselves is not judged. (ctemplate does not bear that flag.)
check_tsan() {
    local drawing='^(pdf|studentcore_app|budgetplanner_app)$'
    configured tsan && ninja -C build/tsan || return 1
    TSAN_OPTIONS=halt_on_error=1 ctest_in tsan -LE slow -E "$drawing" &&
        TSAN_OPTIONS='halt_on_error=1 ignore_noninstrumented_modules=1' ctest_in tsan -LE slow -R "$drawing"
}

# 20 seconds of each fuzz target, from its corpus; a crash fails and leaves the input in build/fuzz.
check_fuzz() {
    configured fuzz || return 1
    local targets=() source name
    for source in $(git ls-files '*_fuzz.cc'); do targets+=("$(basename "$source" .cc)"); done
    ninja -C build/fuzz "${targets[@]}" || return 1
    for source in $(git ls-files '*_fuzz.cc'); do
        name=$(basename "$source" .cc)
        mkdir -p "build/fuzz/found/$name"
        echo "fuzzing $name for ${FUZZ_SECONDS:-20} s"
        "build/fuzz/$name" -max_total_time="${FUZZ_SECONDS:-20}" -timeout=5 -rss_limit_mb=2048 -verbosity=0 \
            -print_final_stats=1 -artifact_prefix="build/fuzz/$name-" "build/fuzz/found/$name" "${source%.cc}.corpus" \
            >"build/fuzz/$name.log" 2>&1 || { tail -40 "build/fuzz/$name.log"; return 1; }
        grep -E 'number_of_executed_units' "build/fuzz/$name.log" || true
    done
}

# Each file that has changed, or one of its headers, since it last passed (tools/tidy).
check_tidy() {
    configured release || return 1
    git ls-files '*.cc' | xargs -P "$(nproc)" -n 1 tools/tidy
}

# What the next three look at: PROGRAM, or the release build.
program_there() {
    [ -n "${PROGRAM:-}" ] || { build_release studentcore && PROGRAM=build/studentcore; } || return 1
    export PROGRAM
}

# npm ci in a folder, when its lock file is another than at the last time.
node_packages() {
    [ -d "$1/node_modules" ] || rm -f "build/stamps/${1//\//-}"
    once_for "${1//\//-}" "$1/package.json" "$1/package-lock.json" -- \
        env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix "$1" ci --silent --no-audit --no-fund
}

# The Python tools of the clients and the API, pinned, in build/venv.
python_packages() {
    [ -x build/venv/bin/python ] || { rm -f build/stamps/venv && python3 -m venv build/venv; } || return 1
    local lists=(testing/clients/requirements.txt testing/api/requirements.txt)
    once_for venv "${lists[@]}" -- build/venv/bin/pip install --quiet --disable-pip-version-check \
        --requirement "${lists[0]}" --requirement "${lists[1]}"
}

# Runs a command while PROGRAM serves fresh demo data at SERVER_URL.
with_demo_server() {
    local data log pid port status=0
    data=$(mktemp -d)
    log=$data/log
    "$PROGRAM" demo --data "$data/demo" >"$log" 2>&1 || { cat "$log"; return 1; }
    "$PROGRAM" serve --data "$data/demo" --port 0 >"$log" 2>&1 &
    pid=$!
    until port=$(sed -n 's/.*"event":"serving".*"port":\([0-9]*\).*/\1/p' "$log") && [ -n "$port" ]; do
        kill -0 $pid 2>/dev/null || { cat "$log"; return 1; }
        sleep 0.1
    done
    SERVER_URL=http://127.0.0.1:$port "$@" || status=$?
    kill $pid 2>/dev/null || { echo 'the server did not live to the end:'; tail -5 "$log"; status=1; }
    wait $pid 2>/dev/null || true
    [ $status = 0 ] && rm -rf "$data" || echo "the server's log is $log"
    return $status
}

# The journeys in Chromium: ./test browser. Pictures of every page stand in test-results/pages after it.
check_browser() {
    program_there && node_packages testing/browser || return 1
    (cd testing/browser && PROGRAM=$(realpath "../../$PROGRAM" 2>/dev/null || realpath "$PROGRAM") npx playwright test)
}

# Socket.IO clients of two languages against the application itself.
check_clients() {
    program_there && python_packages || return 1
    with_demo_server node --test testing/clients/ &&
        with_demo_server build/venv/bin/python testing/clients/python_client.py
}

# Every answer is one that /openapi.json names.
check_api() {
    program_there && python_packages || return 1
    with_demo_server build/venv/bin/python testing/api/run.py
}

# Suites that this project did not write, where they are at hand.
check_suites() {
    local suite=${SUITES:-../shared/suites}/socketio folder pid status=0
    [ -d "$suite" ] || { echo "left out: there is no $suite"; return 0; }
    configured release && ninja -C build/release socketio_fixture || return 1
    folder=$(mktemp -d)
    cp -r "$suite/." "$folder" && chmod -R u+w "$folder"
    (cd "$folder" && npm ci --silent --no-audit --no-fund) || return 1
    build/release/socketio_fixture --port 0 >"$folder/fixture.log" 2>&1 &
    pid=$!
    until grep -q 'fixture on' "$folder/fixture.log"; do
        kill -0 $pid 2>/dev/null || { cat "$folder/fixture.log"; return 1; }
        sleep 0.1
    done
    (cd "$folder" && URL=http://127.0.0.1:$(sed -n 's/^fixture on //p' fixture.log) npm test --silent) \
        >"$folder/suite.log" 2>&1 || status=1
    grep -E '^(# |ℹ )?(tests|pass|fail) ' "$folder/suite.log" || tail -20 "$folder/suite.log"
    kill $pid 2>/dev/null || { echo 'the fixture did not live to the end'; status=1; }
    wait $pid 2>/dev/null || true
    [ $status = 0 ] && rm -rf "$folder" || { grep -A20 '^not ok\|✖' "$folder/suite.log" | head -80; }
    return $status
}

# Kills the server at random moments: nothing acknowledged is lost, nothing is left half-done.
check_crash() {
    program_there && python3 testing/crash/crash.py --program "$PROGRAM" --rounds "${CRASH_ROUNDS:-8}" \
        --seconds "${CRASH_SECONDS:-45}"
}
