package io.moka.bench;

import java.util.Locale;

/// The rows of the table, in its order, with what is known beforehand.
///
/// A bar is the project's own; where it has set none, it is what the project chases. Upstream's figures were measured once on a
/// machine of two cores, with Kubernetes v1.20.2, etcd 3.4 and Docker 20.10.
enum Row {

    UP_EMPTY("moka up, empty store, to node Ready", Unit.SECONDS, "<= 6 s", "3.3 s (etcd, apiserver alone)"),
    UP("moka up, existing store, to node Ready: median of 3", Unit.SECONDS, "<= 6 s", "4.2 s (etcd, apiserver alone)"),

    PSS_ETCD("idle memory (PSS): etcd", Unit.MEBIBYTES, "", "47 MiB"),
    PSS_APISERVER("  apiserver", Unit.MEBIBYTES, "<= 110 MiB", "338 MiB"),
    PSS_CONTROLLERS("  controllers", Unit.MEBIBYTES, "", "93 MiB"),
    PSS_SCHEDULER("  scheduler", Unit.MEBIBYTES, "", "46 MiB"),
    PSS_KUBELET("  kubelet", Unit.MEBIBYTES, "", "97 MiB"),
    PSS_PROXY("  proxy", Unit.MEBIBYTES, "", "38 MiB"),
    PSS_SUPERVISORS("  supervising shells", Unit.MEBIBYTES, "", ""),
    PSS("  together", Unit.MEBIBYTES, "<= 500 MiB", "659 MiB"),
    CPU_ETCD("idle CPU, of a core: etcd", Unit.PERCENT_OF_CORE, "", ""),
    CPU_APISERVER("  apiserver", Unit.PERCENT_OF_CORE, "", ""),
    CPU_CONTROLLERS("  controllers", Unit.PERCENT_OF_CORE, "", ""),
    CPU_SCHEDULER("  scheduler", Unit.PERCENT_OF_CORE, "", ""),
    CPU_KUBELET("  kubelet", Unit.PERCENT_OF_CORE, "", ""),
    CPU_PROXY("  proxy", Unit.PERCENT_OF_CORE, "", ""),
    CPU_SUPERVISORS("  supervising shells", Unit.PERCENT_OF_CORE, "", ""),
    CPU("  together", Unit.PERCENT_OF_CORE, "<= 4 %", "5 %"),

    POD_CREATED_P50("pod: create call -> call returned, p50", Unit.MILLISECONDS, "", ""),
    POD_CREATED_P90("  p90", Unit.MILLISECONDS, "", ""),
    POD_FIRST_EVENT_P50("pod: create call -> first event, p50", Unit.MILLISECONDS, "", ""),
    POD_FIRST_EVENT_P90("  p90", Unit.MILLISECONDS, "", ""),
    POD_BOUND_P50("pod: create call -> bound to a node, p50", Unit.MILLISECONDS, "", "8 ms"),
    POD_BOUND_P90("  p90", Unit.MILLISECONDS, "", ""),
    POD_RUNNING_P50("pod: create call -> Running, p50", Unit.MILLISECONDS, "<= 450 ms", "690 ms"),
    POD_RUNNING_P90("  p90", Unit.MILLISECONDS, "", "1,190 ms"),
    DELETE_P50("pod: delete call, grace 1 s -> object gone, p50", Unit.SECONDS, "<= 1.6 s", "7.7 s"),
    DELETE_P90("  p90", Unit.SECONDS, "", ""),
    BURST("30 pods at once, all Running", Unit.SECONDS, "<= 4.5 s", "21 s (5.9 to 6.5 without client limits)"),

    KUBECTL_LITE("kubectl-lite get nodes, whole process: median of 20", Unit.MILLISECONDS, "<= 60 ms", ""),
    KUBECTL("upstream's kubectl get nodes, against this cluster", Unit.MILLISECONDS, "", "41 ms"),

    CREATE_COLD_RATE("create a pod object, 32 clients, the first 4,000 after the start", Unit.PER_SECOND, "", ""),
    CREATE_P50("create a pod object, one client, p50", Unit.MILLISECONDS, "<= 1.2 ms", "1.5 ms"),
    CREATE_RATE("  32 clients", Unit.PER_SECOND, ">= 2,500/s", "1,250/s"),
    ETCD_RATE("  bare etcd transactions, 32 callers of one JVM", Unit.PER_SECOND, "", ""),
    CREATE_SHARE("  creates, of that", Unit.PERCENT, ">= 60 %", ""),
    GET_P50("get, one client, p50", Unit.MILLISECONDS, "<= 0.4 ms", "0.72 ms"),
    GET_RATE("  32 clients", Unit.PER_SECOND, ">= 8,000/s", "4,300/s"),
    UPDATE_RATE("update, 32 clients", Unit.PER_SECOND, ">= 2,500/s", "1,230/s"),
    PATCH_RATE("patch, 32 clients", Unit.PER_SECOND, ">= 2,500/s", "1,300/s"),
    WATCH_P50("watch, create sent -> event received: 1 watcher, p50", Unit.MILLISECONDS, "<= 1.5 ms", "2.5 ms"),
    WATCH_100_P99("  100 watchers, p99", Unit.MILLISECONDS, "<= 10 ms", "13 to 18 ms"),
    LIST_SIZE("LIST of 10,000 pods: size of the answer", Unit.MEBIBYTES, "", "16 MB"),
    LIST_QUORUM("  quorum", Unit.MILLISECONDS, "<= 50 ms", "190 ms"),
    LIST_CACHED("  resourceVersion=0", Unit.MILLISECONDS, "<= 40 ms", "164 ms"),
    LIST_PAGED("  paged by 500", Unit.MILLISECONDS, "<= 60 ms", "225 ms"),
    LIST_MEMORY("  the apiserver's memory (PSS) a minute later", Unit.MEBIBYTES, "<= 300 MiB", "");

    private final String what;
    private final Unit unit;
    private final String bar;
    private final String upstream;

    Row(String what, Unit unit, String bar, String upstream) {
        this.what = what;
        this.unit = unit;
        this.bar = bar;
        this.upstream = upstream;
    }

    String what() {
        return what;
    }

    Unit unit() {
        return unit;
    }

    String bar() {
        return bar;
    }

    String upstream() {
        return upstream;
    }

    /// Its name in a record, by which runs are compared: never rename one.
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The row of one process: `PSS` and `kubelet` make `PSS_KUBELET`.
    static Row of(Row all, String process) {
        return valueOf(all.name() + "_" + process.toUpperCase(Locale.ROOT));
    }
}
