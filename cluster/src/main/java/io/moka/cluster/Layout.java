package io.moka.cluster;

import java.nio.file.Path;

/// The paths in the cluster's folder, which has all files that the cluster keeps on this machine.
record Layout(Path stateDir, String name) {

    Path root() {
        return stateDir.resolve(name);
    }

    /// Held by the command that starts or stops the cluster.
    Path lock() {
        return stateDir.resolve("." + name + ".lock");
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

    /// The output of the package tools.
    Path packagesLog() {
        return logs().resolve("packages.log");
    }

    Path log(Instance instance) {
        return logs().resolve(instance.id() + ".log");
    }

    /// Pid files: `<id>.pid` of the process, `<id>.supervisor` of the script that watches it, `<id>.lock` by which
    /// the script's two copies take turns.
    Path run() {
        return root().resolve("run");
    }

    Path node(String node) {
        return root().resolve("nodes").resolve(node);
    }

    /// Persistent volumes of the default storage class.
    Path volumes() {
        return root().resolve("volumes");
    }

    Path cniConfig(String node) {
        return node(node).resolve("cni/net.d");
    }

    Path cniBin(String node) {
        return node(node).resolve("cni/bin");
    }

    /// The administrator's kubeconfig.
    Path kubeconfig() {
        return root().resolve("kubeconfig");
    }

    Path kubeconfig(Instance instance) {
        return run().resolve(instance.id() + ".kubeconfig");
    }

    /// The folder in which the DNS server's image is assembled.
    Path dnsImage() {
        return run().resolve("dns-image");
    }

    Path settings() {
        return root().resolve("cluster.json");
    }

    /// The folder of the Docker engine that Moka started, which all clusters of this machine share.
    Path engine() {
        return stateDir.resolve(".engine");
    }
}
