# What the launchers share. Sourced with MOKA_ROOT set; defines ensure_built, build, run_tests, run_java and run_bench.
# Each command passes through here, so the way to run_java starts few programs: what the shell can do by itself, it does.

# Each build has a folder of its own, so that a running cluster keeps the jars that it was started from; "current" names the newest.
BUILDS=$MOKA_ROOT/target/builds
newest_build() {
    (CDPATH='' cd -P -- "$BUILDS/current" 2>/dev/null && pwd) || echo "$BUILDS/none"
}
DIST=${MOKA_DIST:-$(newest_build)}
# Maven and its libraries use what JDK 25 warns about.
export MAVEN_OPTS="${MAVEN_OPTS-} --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

fail() {
    echo "moka: $*" >&2
    exit 1
}

is_jdk_25() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return
    while read -r line; do
        case $line in JAVA_VERSION=\"25[.\"]*) return 0 ;; esac
    done <"$1/release"
    return 1
}

# Sets JAVA_HOME to a JDK 25: the one it names, the one on PATH, or one of the usual folders.
find_jdk() {
    ! is_jdk_25 "${JAVA_HOME-}" || return 0
    on_path=$(command -v javac || true)
    on_path=${on_path:+$(readlink -f -- "$on_path")}
    for home in "${on_path%/bin/javac}" /usr/lib/jvm/* /opt/jdk* /opt/java/* "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* /usr/java/*; do
        if is_jdk_25 "$home"; then
            JAVA_HOME=$home
            export JAVA_HOME
            return
        fi
    done
    fail "no JDK 25 found; install one (Debian: apt-get install openjdk-25-jdk, or Temurin 25) or set JAVA_HOME"
}

may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

install() {
    log=$MOKA_ROOT/target/packages.log
    mkdir -p "$MOKA_ROOT/target"
    # shellcheck disable=SC2086
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1
}

find_maven() {
    command -v mvn >/dev/null && return
    may_install || fail "Maven is missing; try: apt-get install maven"
    echo "Installing Maven"
    install maven || fail "Maven could not be installed (see $MOKA_ROOT/target/packages.log); try: apt-get install maven"
}

is_built() {
    [ -n "${MOKA_BUILT-}" ] && return
    [ -e "$DIST/complete" ] && [ -z "$(find "$MOKA_ROOT"/*/src/main "$MOKA_ROOT"/*/pom.xml "$MOKA_ROOT"/addons/*/src/main "$MOKA_ROOT"/addons/*/pom.xml "$MOKA_ROOT/pom.xml" -newer "$DIST/started" -type f -print -quit)" ]
}

# The first errors of a build, which stand before Maven's own advice; its last lines when it names none.
first_errors() {
    grep -m 20 '^\[ERROR\]' "$1" || tail -n 30 "$1"
}

# All but the tests from outside and through foreign clients, whose libraries nothing else needs. Two builds of one checkout share
# Maven's folders, so they take turns; the second finds its work done. A build that fails leaves the one before it in use.
build() {
    find_maven
    mkdir -p "$BUILDS"
    exec 9>"$BUILDS/lock"
    flock 9
    DIST=${MOKA_DIST:-$(newest_build)}
    if ! is_built; then
        new=$BUILDS/$(date +%Y%m%d-%H%M%S)-$$
        mkdir "$new"
        touch "$new/started"
        echo "Building Moka (once, about a minute; $new/build.log)"
        (cd "$MOKA_ROOT" && mvn -q -B -DskipTests -Dmoka.dist="$new" -pl '!:e2e,!:conformance-api,!:conformance-testbed,!:conformance-fabric8,!:conformance-client-java' package) \
            >"$new/build.log" 2>&1 9>&- || { first_errors "$new/build.log" >&2; fail "the build failed (see $new/build.log)"; }
        touch "$new/complete"
        ln -sfn "${new##*/}" "$BUILDS/current.new" && mv -T "$BUILDS/current.new" "$BUILDS/current"
        DIST=$new
        remove_old_builds
    fi
    exec 9>&-
}

# Keeps the newest build, and those whose jars a process runs from.
remove_old_builds() {
    for old in "$BUILDS"/*/; do
        old=${old%/}
        [ "$old" = "$DIST" ] || [ "${old##*/}" = current ] || grep -qsF "$old/" /proc/[0-9]*/cmdline || rm -rf "$old"
    done
}

ensure_built() {
    find_jdk
    is_built || build
}

# Packages of the cluster's programs that are not on this machine.
missing_packages() {
    while read -r program package; do
        [ "$program" = '#' ] || command -v "$program" >/dev/null || echo "$package"
    done <"$MOKA_ROOT/cluster/src/main/resources/io/moka/cluster/packages.txt" | sort -u
}

# Before the first build, the packages that a cluster needs are installed while Maven works; "moka up" names what is then still missing.
build_and_install() {
    find_jdk
    is_built && return
    find_maven
    packages=$(missing_packages)
    if [ -n "$packages" ] && may_install; then
        echo "Installing" $packages
        # shellcheck disable=SC2086
        install $packages &
    fi
    build
    wait
}

# Start-up caches hold compiled classes, and the JDK does not notice when a jar under them has changed: so their folder is named
# after the jars that they were made of, and those of other jars are never looked at.
caches() {
    # shellcheck disable=SC2046
    set -- $(stat -c '%n %s %y' "$DIST"/lib/*.jar | cksum)
    echo "$DIST/caches/$1-$2"
}

install_for_tests() {
    [ "$(id -u)" = 0 ] || fail "run the tests as root: they start containers and change network namespaces"
    packages=$(missing_packages)
    for pair in busybox:busybox-static curl:curl; do
        command -v "${pair%%:*}" >/dev/null || packages="$packages ${pair##*:}"
    done
    [ -x /usr/lib/cni/bridge ] || packages="$packages containernetworking-plugins"
    command -v kubectl >/dev/null || packages="$packages kubernetes-client"
    [ -z "$packages" ] && return
    may_install || fail "the tests need:$packages"
    echo "Installing$packages"
    # shellcheck disable=SC2086
    install $packages || fail "could not install (see $MOKA_ROOT/target/packages.log); try: apt-get install$packages"
}

# Has the programs that are started from here on take this build as it is.
keep_build() {
    export MOKA_BUILT=1 MOKA_DIST="$DIST"
}

# Records the start-up caches if they are missing, so that no cluster that is started later does: a recording takes the processors.
record_caches() {
    run_java cluster io.moka.cluster.Moka train >"$DIST/train.log" 2>&1 || echo "No start-up caches this time (see $DIST/train.log)"
}

run_tests() {
    find_jdk
    find_maven
    install_for_tests
    is_built || build
    keep_build
    # the tests that start clusters come minutes later
    record_caches &
    cd "$MOKA_ROOT"
    touch target/tests.started
    status=0
    mvn -B -Dmoka.dist="$DIST" verify "$@" || status=$?
    # the recording outlives a build that fails at once
    wait
    name_unreliable_tests
    return $status
}

# Names the tests that failed once and passed when they were run again: each of them is a fault, of the test or of what it tests.
name_unreliable_tests() {
    find . -path '*/surefire-reports/TEST-*.xml' -newer target/tests.started -exec awk '
        /<testcase / { name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name)
                       class = $0; sub(/.* classname="/, "", class); sub(/".*/, "", class) }
        /<flaky(Failure|Error) / { print "UNRELIABLE: failed, and passed when run again: " class "." name }' {} +
}

class_path() {
    for path in "$DIST/lib/$1"-[0-9]*.jar; do :; done
    read -r jars <"$DIST/$1.classpath" || [ -n "$jars" ]
    IFS=:
    for jar in $jars; do path=$path:$DIST/$jar; done
    unset IFS
    echo "$path"
}

# run_java MODULE MAIN-CLASS ARGUMENT...: the command's virtual machine is short-lived, so it is tuned for its start.
# The home folder is that of HOME, as for kubectl; the JVM would look it up in the list of users.
run_java() {
    module=$1 main=$2
    shift 2
    caches=$(caches)
    cache="-XX:AOTCache=$caches/$module.aot -Xlog:aot=off -Xlog:cds=off"
    [ -e "$caches/$module.aot" ] || cache=''
    # shellcheck disable=SC2086
    "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -XX:+UseCompactObjectHeaders -Xmx128m $cache \
        -Dkeystore.pkcs12.keyPbeIterationCount=1 -Djdk.tls.namedGroups=secp256r1,secp384r1 \
        ${HOME:+"-Duser.home=$HOME"} --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        "-Dmoka.dist=$DIST" "-Dmoka.caches=$caches" -cp "$(class_path "$module")" "$main" "$@"
}

# The benchmarks run for minutes and make much load, so their virtual machine is tuned for its peak.
run_bench() {
    keep_build
    record_caches
    "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx1g "-Dmoka.root=$MOKA_ROOT" -cp "$(class_path bench)" io.moka.bench.Bench "$@"
}
