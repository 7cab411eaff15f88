package io.moka.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The programs of a cluster, in the order in which they start. A process of one is an [Instance].
enum Component {

    ETCD("", 0, false),
    APISERVER("io.moka.apiserver.ApiServer", 1024, false),
    KUBELET("io.moka.kubelet.Kubelet", 512, true),
    CONTROLLERS("io.moka.controllers.Controllers", 512, true),
    SCHEDULER("io.moka.scheduler.Scheduler", 512, true),
    PROXY("io.moka.proxy.Proxy", 512, true),
    /// Hollow nodes, where the cluster has any: another kubelet, whose pods run nowhere.
    HOLLOW("io.moka.kubelet.Kubelet", 512, true);

    /// The flag that distinguishes the process of hollow nodes from that of the real node.
    static final String HOLLOW_RUNTIME = "--runtime=hollow";

    /// Three times the thresholds of the optimising compiler, which is left for what is under real load: what only runs at the start
    /// is compiled quickly instead, and costs some 15 MiB less. Those thresholds do not hold for a method whose profile is in the AOT cache: it is optimised
    /// when the counter of its second tier overflows for the first time, by default after 2,048 calls, which an idle server reaches for one method after
    /// another. So that counter overflows after 32,768 calls instead: a second under load, and hours of an idle server.
    private static final List<String> OPTIMISE_LATE = List.of("-XX:Tier4InvocationThreshold=15000", "-XX:Tier4MinInvocationThreshold=1800",
            "-XX:Tier4CompileThreshold=45000", "-XX:Tier4BackEdgeThreshold=120000",
            "-XX:Tier2InvokeNotifyFreqLog=15", "-XX:Tier2BackedgeNotifyFreqLog=18");

    /// Compile a method after a thousand calls rather than two hundred: half of what would be compiled runs only at the start.
    private static final List<String> COMPILE_LATE = List.of("-XX:Tier3InvocationThreshold=1000", "-XX:Tier3MinInvocationThreshold=500", "-XX:Tier3CompileThreshold=5000");

    /// Key stores are in memory only: ten thousand rounds that make their password slow to guess protect nothing, and take 0.3 s at the start.
    private static final String QUICK_KEY_STORES = "-Dkeystore.pkcs12.keyPbeIterationCount=1";

    /// A client makes one key for each kind of group that it offers, and every server has this one.
    private static final String ONE_GROUP = "secp256r1,secp384r1";
    private static final String ANY_GROUP = "secp256r1,x25519,secp384r1,secp521r1";

    private final String mainClass;
    private final int heapMegabytes;
    private final boolean quickCompilerOnly;

    Component(String mainClass, int heapMegabytes, boolean quickCompilerOnly) {
        this.mainClass = mainClass;
        this.heapMegabytes = heapMegabytes;
        this.quickCompilerOnly = quickCompilerOnly;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The module whose jar has the program.
    String module() {
        return this == HOLLOW ? KUBELET.id() : id();
    }

    /// Whether each node has such a process. The others are of the control plane, or of many nodes at once.
    boolean isOfNode() {
        return this == KUBELET || this == PROXY;
    }

    boolean isJava() {
        return this != ETCD;
    }

    String mainClass() {
        return mainClass;
    }

    /// Whether a command line starts this component.
    boolean isProgramOf(List<String> words) {
        return isJava() ? words.contains(mainClass) && words.contains(HOLLOW_RUNTIME) == (this == HOLLOW) : !words.isEmpty() && (words.getFirst().equals("etcd") || words.getFirst().endsWith("/etcd"));
    }

    /// Flags for a small, quick virtual machine; the same must be given when its class archive is made.
    ///
    /// The kubelet, the controllers, the scheduler and the proxy map one archive ([SharedArchive]) and share its pages, which an AOT cache for each would not let them.
    List<String> jvmFlags() {
        var flags = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx" + heapMegabytes + "m", "-Xms8m",
                "-XX:NewSize=2m", "-XX:MaxNewSize=" + (quickCompilerOnly ? 6 : 24) + "m", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10", "-XX:-ShrinkHeapInSteps", "-XX:MarkSweepDeadRatio=0",
                "-Xss512k", "-XX:ReservedCodeCacheSize=" + (quickCompilerOnly ? 32 : 64) + "m", "-XX:TrimNativeHeapInterval=10000",
                "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError", "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-XX:AsyncDeflationInterval=2000", "-XX:ServiceThreadCleanupInterval=10000", "-XX:NewRatio=4", "-Dio.netty.jfr.enabled=false", "-Dio.netty.allocator.type=pooled", "-Dio.netty.allocator.maxOrder=3",
                "-Dio.netty.allocator.numHeapArenas=1", "-Dio.netty.allocator.numDirectArenas=1",
                "-Dio.netty.tryReflectionSetAccessible=false", "-Djdk.httpclient.keepalive.timeout=120",
                QUICK_KEY_STORES, "-Djdk.tls.namedGroups=" + (this == APISERVER ? ANY_GROUP : ONE_GROUP)));
        flags.addAll(COMPILE_LATE);
        flags.addAll(quickCompilerOnly ? List.of("-XX:TieredStopAtLevel=1") : OPTIMISE_LATE);
        return flags;
    }

    /// Returns the port of the process's health endpoint.
    int healthPort(Ports ports) {
        return switch (this) {
            case ETCD -> ports.etcd();
            case APISERVER -> ports.apiserver();
            case KUBELET -> ports.kubelet();
            case CONTROLLERS -> ports.controllers();
            case SCHEDULER -> ports.scheduler();
            case PROXY -> ports.proxy();
            case HOLLOW -> ports.hollow();
        };
    }
}
