package io.moka.cluster;

import java.nio.file.Path;

/// The cluster's folder: everything that it keeps on this machine.
record Layout(Path stateDir, String name) {

    Path root() {
        return stateDir.resolve(name);
    }

    Path pki() {
        return root().resolve("pki");
    }

    Path etcd() {
        return root().resolve("etcd");
    }

    Path logs() {
        return root().resolve("logs");
    }

    Path log(Component component) {
        return logs().resolve(component.id() + ".log");
    }

    /// Pid files: `<component>.pid` of the process, `<component>.supervisor` of the script that watches it.
    Path run() {
        return root().resolve("run");
    }

    Path node(String node) {
        return root().resolve("nodes").resolve(node);
    }

    Path cniConfig(String node) {
        return node(node).resolve("cni/net.d");
    }

    Path cniBin(String node) {
        return node(node).resolve("cni/bin");
    }

    /// The administrator's.
    Path kubeconfig() {
        return root().resolve("kubeconfig");
    }

    Path kubeconfig(Component component) {
        return root().resolve("run").resolve(component.id() + ".kubeconfig");
    }

    Path settings() {
        return root().resolve("cluster.json");
    }

    /// What all clusters of this machine share: the Docker engine that we started.
    Path engine() {
        return stateDir.resolve(".engine");
    }
}
