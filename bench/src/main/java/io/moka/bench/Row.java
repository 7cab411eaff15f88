package io.moka.bench;

import java.util.Locale;

/// The rows of the table, in its order, with what is known beforehand.
///
/// A bar is the project's own; where it has set none, it is what the project chases. Upstream's figures were measured once on a
/// machine of two cores, with Kubernetes v1.20.2, etcd 3.4 and Docker 20.10.
enum Row {

    UP_EMPTY("moka up, empty store, to node Ready", Unit.SECONDS, "<= 6 s", "3.3 s (etcd, apiserver alone)"),
    DOWN("moka down: median of 3", Unit.SECONDS, "<= 4 s", ""),
    UP("moka up, existing store, to node Ready: median of 3", Unit.SECONDS, "<= 5 s", "4.2 s (etcd, apiserver alone)"),

    PSS_ETCD("idle memory (PSS): etcd", Unit.MEBIBYTES, "", "47 MiB"),
    PSS_APISERVER("  apiserver", Unit.MEBIBYTES, "<= 110 MiB", "338 MiB"),
    PSS_CONTROLLERS("  controllers", Unit.MEBIBYTES, "", "93 MiB"),
    PSS_SCHEDULER("  scheduler", Unit.MEBIBYTES, "", "46 MiB"),
    PSS_KUBELET("  kubelet", Unit.MEBIBYTES, "", "97 MiB"),
    PSS_PROXY("  proxy", Unit.MEBIBYTES, "", "38 MiB"),
    PSS_SUPERVISORS("  supervising shells", Unit.MEBIBYTES, "", ""),
    PSS("  together", Unit.MEBIBYTES, "<= 420 MiB", "659 MiB"),
    CPU_ETCD("idle CPU, of a core: etcd", Unit.PERCENT_OF_CORE, "", ""),
    CPU_APISERVER("  apiserver", Unit.PERCENT_OF_CORE, "", ""),
    CPU_CONTROLLERS("  controllers", Unit.PERCENT_OF_CORE, "", ""),
    CPU_SCHEDULER("  scheduler", Unit.PERCENT_OF_CORE, "", ""),
    CPU_KUBELET("  kubelet", Unit.PERCENT_OF_CORE, "", ""),
    CPU_PROXY("  proxy", Unit.PERCENT_OF_CORE, "", ""),
    CPU_SUPERVISORS("  supervising shells", Unit.PERCENT_OF_CORE, "", ""),
    CPU("  together", Unit.PERCENT_OF_CORE, "<= 2 %", "5 %"),

    METRICS_CPU("30 pods whose metrics are read every 15 s, beyond idle: CPU, of a core", Unit.PERCENT_OF_CORE, "<= 0.3 %", ""),
    METRICS_PSS("  memory (PSS)", Unit.MEBIBYTES, "<= 10 MiB", ""),
    METRICS_FIRST("  a pod from Running to its first values, longest of 5", Unit.SECONDS, "<= 15 s", ""),

    ZOMBIES_QUIET_P99("1,000 messages a second to a node port: there and back, p99", Unit.MILLISECONDS, "", ""),
    ZOMBIES_P99("  beside 5,000 dead cgroups, measurements read each second, p99", Unit.MILLISECONDS, "<= 10 ms", ""),

    POD_CREATED_P50("pod: create call -> call returned, p50", Unit.MILLISECONDS, "", ""),
    POD_CREATED_P90("  p90", Unit.MILLISECONDS, "", ""),
    POD_FIRST_EVENT_P50("pod: create call -> first event, p50", Unit.MILLISECONDS, "", ""),
    POD_FIRST_EVENT_P90("  p90", Unit.MILLISECONDS, "", ""),
    POD_BOUND_P50("pod: create call -> bound to a node, p50", Unit.MILLISECONDS, "", "8 ms"),
    POD_BOUND_P90("  p90", Unit.MILLISECONDS, "", ""),
    POD_RUNNING_P50("pod: create call -> Running, p50", Unit.MILLISECONDS, "<= 450 ms", "690 ms"),
    POD_RUNNING_P90("  p90", Unit.MILLISECONDS, "", "1,190 ms"),
    ENGINE_P50("  the engine's own four calls, p50", Unit.MILLISECONDS, "", ""),
    POD_BEYOND_ENGINE("  Running beyond that", Unit.MILLISECONDS, "<= 60 ms", ""),
    DELETE_P50("pod: delete call, grace 1 s -> object gone, p50", Unit.SECONDS, "<= 1.6 s", "7.7 s"),
    DELETE_P90("  p90", Unit.SECONDS, "", ""),
    BURST("30 pods at once, all Running", Unit.SECONDS, "<= 4.5 s", "21 s (5.9 to 6.5 without client limits)"),
    BURST_ENGINE("  the engine's own calls for as many", Unit.SECONDS, "", ""),
    BURST_TIMES("  pods, of that", Unit.TIMES, "<= 1.3", ""),

    ROLLOUT_CREATE("a Deployment of 1,000 hollow pods on 100 nodes: all available", Unit.SECONDS, "", ""),
    ROLLOUT_CREATE_P99("  a pod from made to ready, p99", Unit.SECONDS, "", ""),
    ROLLOUT_CREATE_WRITES("  writes of pods, sets and the deployment for each pod, but the kubelet's", Unit.TIMES, "<= 2", ""),
    ROLLOUT_UPDATE("  updated", Unit.SECONDS, "", ""),
    ROLLOUT_UPDATE_WRITES("  writes for each pod that is replaced, but the kubelet's", Unit.TIMES, "", ""),
    ROLLOUT_UNDO("  rolled back", Unit.SECONDS, "", ""),
    ROLLOUT_DELETE("  deleted", Unit.SECONDS, "", ""),
    ROLLOUT_CONTROLLERS("  the controllers' memory (PSS) after it", Unit.MEBIBYTES, "<= 130 MiB", ""),
    SET_PARALLEL("a StatefulSet of 100, Parallel: all ready", Unit.SECONDS, "", ""),
    SET_ORDERED("  OrderedReady", Unit.SECONDS, "", ""),
    DAEMONS_CREATE("a DaemonSet on 1,000 hollow nodes: all ready", Unit.SECONDS, "", ""),
    DAEMONS_UPDATE("  updated, 10 % at a time", Unit.SECONDS, "", ""),
    DAEMONS_UNAVAILABLE("  most pods unavailable at once", Unit.TIMES, "<= 100", ""),

    SCHEDULE_MEMORY("scheduler in memory, 5,000 nodes, 50,000 pods: plain", Unit.PER_SECOND, ">= 20,000/s", ""),
    SCHEDULE_MEMORY_SPREAD("  with anti-affinity by host and spread by zone", Unit.PER_SECOND, ">= 2,000/s", ""),
    SCHEDULE_WHY("  why --if cordon=NODE: median of 20, plain", Unit.MILLISECONDS, "<= 50 ms", ""),
    SCHEDULE_WHY_SPREAD("  why --if cordon=NODE: with anti-affinity and spread", Unit.MILLISECONDS, "<= 50 ms", ""),
    SCHEDULE_100("create -> bound, 10,000 pods, 32 clients, 100 hollow nodes", Unit.PER_SECOND, ">= 1,000/s", ""),
    SCHEDULE_100_P50("  a pod, p50", Unit.MILLISECONDS, "", ""),
    SCHEDULE_100_P99("  p99", Unit.MILLISECONDS, "", ""),
    SCHEDULE_1000("  1,000 hollow nodes", Unit.PER_SECOND, ">= 1,000/s", ""),
    SCHEDULE_1000_P50("  a pod, p50", Unit.MILLISECONDS, "", ""),
    SCHEDULE_1000_P99("  p99", Unit.MILLISECONDS, "", ""),
    SCHEDULE_CPU("  CPU time a pod, 1,000 nodes", Unit.MILLISECONDS, "", ""),
    SCHEDULE_CPU_APISERVER("    apiserver", Unit.MILLISECONDS, "", ""),
    SCHEDULE_CPU_ETCD("    etcd", Unit.MILLISECONDS, "", ""),
    SCHEDULE_CPU_SCHEDULER("    scheduler", Unit.MILLISECONDS, "", ""),
    SCHEDULE_CPU_CONTROLLERS("    controllers", Unit.MILLISECONDS, "", ""),
    SCHEDULE_CPU_HOLLOW("    the hollow nodes' kubelet", Unit.MILLISECONDS, "", ""),
    SCHEDULE_5000("  5,000 hollow nodes", Unit.PER_SECOND, ">= 1,000/s", ""),
    SCHEDULE_5000_P50("  a pod, p50", Unit.MILLISECONDS, "", ""),
    SCHEDULE_5000_P99("  p99", Unit.MILLISECONDS, "", ""),
    SCHEDULE_SLOW_API("  of the rate at 100 nodes, with 50 ms more for each call of the scheduler", Unit.PERCENT, ">= 80 %", ""),
    SCHEDULE_UNSCHEDULABLE("  of the rate at 1,000 nodes, beside 5 pods/s that fit nowhere", Unit.PERCENT, ">= 75 %", ""),
    SCHEDULE_PREEMPTING("  beside 5 preempting pods/s", Unit.PERCENT, ">= 75 %", ""),
    SCHEDULE_GATED("  beside 10,000 gated pods", Unit.PERCENT, ">= 75 %", ""),
    SCHEDULE_NODE_UPDATES("  beside 100 node updates/s", Unit.PERCENT, ">= 75 %", ""),

    MANY_RATE("create -> bound, 50,000 pods, 5,000 hollow nodes", Unit.PER_SECOND, "", ""),
    MANY_PSS("  memory (PSS) then", Unit.MEBIBYTES, "", ""),
    MANY_PSS_SCHEDULER("    scheduler", Unit.MEBIBYTES, "<= 350 MiB", ""),
    MANY_PSS_APISERVER("    apiserver", Unit.MEBIBYTES, "", ""),
    MANY_PSS_ETCD("    etcd", Unit.MEBIBYTES, "", ""),
    MANY_PSS_CONTROLLERS("    controllers", Unit.MEBIBYTES, "", ""),
    MANY_PSS_HOLLOW("    the hollow nodes' kubelet", Unit.MEBIBYTES, "", ""),

    KUBECTL_LITE("kubectl-lite get nodes, whole process: median of 20", Unit.MILLISECONDS, "<= 60 ms", ""),
    KUBECTL("upstream's kubectl get nodes, against this cluster", Unit.MILLISECONDS, "", "41 ms"),

    PLAIN_PUT_RATE("puts into the bare etcd, 32 plain clients", Unit.PER_SECOND, "", ""),
    PLAIN_CREATE_COLD_RATE("  creates: the first 1,500 after a start", Unit.PER_SECOND, "", ""),
    PLAIN_CREATE_COLD_SHARE("    of the puts", Unit.PERCENT, ">= 25 %", "23 % (v1.36)"),
    PLAIN_CREATE_RATE("  creates: after 20,000", Unit.PER_SECOND, "", ""),
    PLAIN_CREATE_SHARE("    of the puts", Unit.PERCENT, ">= 40 %", "23 % (v1.36)"),
    PLAIN_GET_COLD_RATE("  gets: the first 1,500 after a start", Unit.PER_SECOND, "", ""),
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
    HOSTILE_QUIET_P99("a normal user's calls: quiet, p99", Unit.MILLISECONDS, "", ""),
    HOSTILE_P99("  beside 50 hostile clients, p99", Unit.MILLISECONDS, "", ""),
    HOSTILE_RATIO("    times the quiet value", Unit.TIMES, "<= 5", ""),
    HOSTILE_LEASE("  the longest time between two renewals of a lease", Unit.SECONDS, "<= 15 s", ""),
    HOSTILE_IDLE_PSS("  the apiserver's memory (PSS): before", Unit.MEBIBYTES, "", ""),
    HOSTILE_PSS("    during the attack", Unit.MEBIBYTES, "<= 512 MiB", ""),
    HOSTILE_PSS_AFTER("    2 minutes after it", Unit.MEBIBYTES, "<= 130 % of before", ""),
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
