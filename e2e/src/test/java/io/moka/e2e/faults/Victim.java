package io.moka.e2e.faults;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/// A process of the cluster: a component, or the script that watches one.
///
/// @param supervisor true for the script, false for the component itself
record Victim(String component, boolean supervisor) {

    private static final List<String> COMPONENTS = List.of("etcd", "apiserver", "controllers", "scheduler", "kubelet", "proxy");
    private static final Victim ENGINE = new Victim("dockerd", false);

    /// Client and server of each kind of connection inside a cluster.
    static final List<List<Victim>> CONNECTED = Stream.concat(Stream.of(pair("apiserver", "etcd"), pair("apiserver", "kubelet")),
            Stream.of("controllers", "scheduler", "kubelet", "proxy").map(client -> pair(client, "apiserver"))).toList();

    private static List<Victim> pair(String client, String server) {
        return List.of(new Victim(client, false), new Victim(server, false));
    }

    /// Supervising scripts are chosen a quarter as often as components.
    static Victim any(Random random, boolean withEngine) {
        int choice = random.nextInt(COMPONENTS.size() + (withEngine ? 1 : 0));
        return choice == COMPONENTS.size() ? ENGINE : new Victim(COMPONENTS.get(choice), random.nextInt(5) == 0);
    }

    boolean isEngine() {
        return equals(ENGINE);
    }

    /// The file that holds its pid.
    String pidFile() {
        return component + (supervisor ? ".supervisor" : ".pid");
    }

    @Override
    public String toString() {
        return (component + (supervisor ? "'s supervisor" : "")).toLowerCase(Locale.ROOT);
    }
}
