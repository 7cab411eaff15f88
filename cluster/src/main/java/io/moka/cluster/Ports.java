package io.moka.cluster;

import java.util.LinkedHashMap;
import java.util.Map;

/// The ports on which a cluster's processes listen.
record Ports(int etcd, int etcdPeer, int apiserver, int kubelet, int controllers, int scheduler, int proxy) {

    /// Kubernetes' own, but for etcd's: a machine may have another etcd.
    static final Ports USUAL = new Ports(12379, 12380, 6443, 10250, 10257, 10259, 10256);

    static Ports from(int base) {
        if (base < 1024 || base > 64_000) {
            throw new ClusterException("--port-base must be between 1024 and 64000");
        }
        return new Ports(base, base + 1, base + 2, base + 3, base + 4, base + 5, base + 6);
    }

    /// Returns the port of the hollow nodes' process, which few clusters have.
    int hollow() {
        return equals(USUAL) ? 10251 : etcd + 7;
    }

    Map<String, Integer> byName() {
        var ports = new LinkedHashMap<String, Integer>();
        ports.put("etcd", etcd);
        ports.put("etcd (peers)", etcdPeer);
        ports.put("apiserver", apiserver);
        ports.put("kubelet", kubelet);
        ports.put("controllers", controllers);
        ports.put("scheduler", scheduler);
        ports.put("proxy", proxy);
        ports.put("hollow nodes", hollow());
        return ports;
    }
}
