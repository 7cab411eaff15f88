# What the launchers share. Sourced with MOKA_ROOT set; defines ensure_built, build, run_tests, run_java and run_bench.

DIST=$MOKA_ROOT/target/moka

fail() {
    echo "moka: $*" >&2
    exit 1
}

is_jdk_25() {
    [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release" 2>/dev/null
}

# Sets JAVA_HOME to a JDK 25: the one it names, the one on PATH, or one of the usual folders.
find_jdk() {
    on_path=$(command -v javac || true)
    [ -n "$on_path" ] && on_path=$(dirname -- "$(dirname -- "$(readlink -f -- "$on_path")")")
    for home in "${JAVA_HOME-}" "$on_path" /usr/lib/jvm/* /opt/jdk* /opt/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /usr/java/*; do
        if [ -n "$home" ] && is_jdk_25 "$home"; then
            JAVA_HOME=$home
            export JAVA_HOME
            return
        fi
    done
    fail "no JDK 25 found; install one (Debian: apt-get install openjdk-25-jdk, or Temurin 25) or set JAVA_HOME"
}

find_maven() {
    command -v mvn >/dev/null && return
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "Maven is missing; try: apt-get install maven"
    echo "Installing Maven"
    apt-get update >/dev/null && apt-get install -y --no-install-recommends maven >/dev/null || fail "Maven could not be installed; try: apt-get install maven"
}

is_built() {
    [ -n "${MOKA_BUILT-}" ] && return
    [ -e "$DIST/complete" ] && [ -z "$(find "$MOKA_ROOT"/*/src/main "$MOKA_ROOT"/*/pom.xml "$MOKA_ROOT/pom.xml" -newer "$DIST/complete" -type f -print -quit)" ]
}

# All but the tests through foreign clients, whose libraries nothing else needs.
build() {
    find_maven
    echo "Building Moka (once, about a minute)"
    (cd "$MOKA_ROOT" && mvn -q -B -DskipTests -pl '!:conformance-api,!:conformance-testbed,!:conformance-fabric8,!:conformance-client-java' package) || fail "the build failed"
    touch "$DIST/complete"
    train
}

# Start-up caches are worth having, not needed: where they cannot be made (no root, no Docker), everything works without.
train() {
    [ "$(id -u)" = 0 ] || return 0
    run_java cluster io.moka.cluster.Moka train >"$DIST/train.log" 2>&1 || echo "No start-up caches this time (see $DIST/train.log)"
}

ensure_built() {
    find_jdk
    is_built || build
}

# Start-up caches hold compiled classes, and the JDK does not notice when a jar under them has changed: so their folder is named
# after the jars that they were made of, and those of other jars are never looked at.
caches() {
    echo "$DIST/caches/$(stat -c '%n %s %y' "$DIST"/lib/*.jar | cksum | tr ' ' -)"
}

install_for_tests() {
    [ "$(id -u)" = 0 ] || fail "run the tests as root: they start containers and change network namespaces"
    packages=''
    for pair in dockerd:docker.io etcd:etcd-server nft:nftables ip:iproute2 conntrack:conntrack busybox:busybox-static curl:curl; do
        command -v "${pair%%:*}" >/dev/null || packages="$packages ${pair##*:}"
    done
    [ -x /usr/lib/cni/bridge ] || packages="$packages containernetworking-plugins"
    command -v kubectl >/dev/null || packages="$packages kubernetes-client"
    [ -z "$packages" ] && return
    command -v apt-get >/dev/null || fail "the tests need:$packages"
    echo "Installing$packages"
    apt-get update >/dev/null
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages >/dev/null || fail "could not install; try: apt-get install$packages"
}

run_tests() {
    find_jdk
    find_maven
    install_for_tests
    is_built || build
    export MOKA_BUILT=1
    cd "$MOKA_ROOT" && exec mvn -B verify "$@"
}

class_path() {
    echo "$DIST/lib/$1-0.1.0.jar:$(sed "s#lib/#$DIST/lib/#g" "$DIST/$1.classpath")"
}

# run_java MODULE MAIN-CLASS ARGUMENT...: the command's virtual machine is short-lived, so it is tuned for its start.
run_java() {
    module=$1 main=$2
    shift 2
    caches=$(caches)
    cache="-XX:AOTCache=$caches/$module.aot -Xlog:aot=off -Xlog:cds=off"
    [ -e "$caches/$module.aot" ] || cache=''
    # shellcheck disable=SC2086
    "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -XX:+UseCompactObjectHeaders -Xmx128m $cache \
        -Dkeystore.pkcs12.keyPbeIterationCount=1 -Djdk.tls.namedGroups=secp256r1,secp384r1 \
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        "-Dmoka.dist=$DIST" "-Dmoka.caches=$caches" -cp "$(class_path "$module")" "$main" "$@"
}

# The benchmarks run for minutes and make much load, so their virtual machine is tuned for its peak.
run_bench() {
    "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx1g "-Dmoka.root=$MOKA_ROOT" -cp "$(class_path bench)" io.moka.bench.Bench "$@"
}
