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

check_tsan() { configured tsan && ninja -C build/tsan && TSAN_OPTIONS=halt_on_error=1 ctest_in tsan -LE 'slow'; }

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

check_tidy() {
    configured release || return 1
    git ls-files '*.cc' | xargs -P 2 -n 4 clang-tidy-19 -p build/release --quiet --warnings-as-errors='*'
}
