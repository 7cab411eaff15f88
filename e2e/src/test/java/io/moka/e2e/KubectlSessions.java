package io.moka.e2e;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A session for each script and version of kubectl. Used by one thread.
final class KubectlSessions implements AutoCloseable {

    private final TestCluster cluster;
    private final Map<String, KubectlSession> sessions = new HashMap<>();
    /// The names of all sessions there have been, whose namespaces may still be on their way out.
    private final Set<String> opened = new HashSet<>();

    KubectlSessions(TestCluster cluster) {
        this.cluster = cluster;
    }

    void check(KubectlRow row) {
        sessions.computeIfAbsent(row.session(), name -> open(row)).check(row.step());
    }

    /// A session in which the rows before this one have been run: there are some when a row that failed is run again by itself.
    private KubectlSession open(KubectlRow row) {
        var session = new KubectlSession(cluster, row.kubectl(), row.session() + (opened.add(row.session()) ? "" : "-again"));
        KubectlScript.named(row.script()).steps().stream().takeWhile(step -> !step.equals(row.step())).forEach(session::check);
        return session;
    }

    @Override
    public void close() {
        sessions.values().forEach(KubectlSession::close);
        sessions.clear();
    }
}
