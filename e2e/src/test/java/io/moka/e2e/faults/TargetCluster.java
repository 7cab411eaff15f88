package io.moka.e2e.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.e2e.Shell;
import io.moka.e2e.TestCluster;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// One cluster that faults are injected into, with what runs in it and what is recorded of it.
final class TargetCluster {

    private static final Duration CONVERGENCE = Duration.ofSeconds(60);
    private static final Duration GIVEN_BACK = Duration.ofSeconds(90);
    private static final String NAMESPACE = "faults";
    /// The calls of the witness that have to be answered in a round, lest its record proves nothing: two seconds of a server that works.
    private static final int LEAST_CALLS = 10;
    /// Below the ports that the kernel gives to connections: one of those could take the port of a process that was killed.
    private static final int FIRST_PORT = 14_000;

    private final TestCluster cluster;
    private final Injector injector;
    private final ApiClient client;
    private final ClusterView view;
    private final Witness witness;
    private final WatchBook watch;
    private final Counts before;
    private final String quietContainer;

    /// Starts a cluster and all that runs in it.
    ///
    /// @param number from 0 to 7; no two clusters of a machine have the same
    static TargetCluster start(int number) throws Exception {
        var cluster = new TestCluster("e2e-faults" + number, FIRST_PORT + 1_000 * number);
        cluster.down();
        // the DNS server starts in the background, and its containers would count as leaked
        cluster.up("--no-dns");
        try {
            return new TargetCluster(cluster);
        } catch (Exception | Error e) {
            cluster.down();
            throw e;
        }
    }

    private TargetCluster(TestCluster cluster) throws Exception {
        this.cluster = cluster;
        injector = new Injector(cluster);
        cluster.createNamespace(NAMESPACE);
        client = new ApiClient(ClientConfig.load(cluster.folder().resolve("kubeconfig"), null, "moka-faults"));
        view = new ClusterView(cluster, client, NAMESPACE);
        view.create();
        witness = new Witness(client, NAMESPACE);
        witness.start();
        watch = new WatchBook(client, NAMESPACE);
        watch.start();
        awaitConvergence("the start");
        before = Counts.of(cluster);
        quietContainer = view.quietContainer();
        assertEquals(List.of(), before.unseen());
    }

    boolean ownsEngine() {
        return injector.ownsEngine();
    }

    /// Injects the fault during a roll-out, while somebody follows a pod's output, and returns when it is over.
    void suffer(Fault fault) {
        witness.beginRound();
        view.rollOut();
        var follower = cluster.startKubectl("logs", "--follow", "--namespace", NAMESPACE, ClusterView.QUIET_POD);
        try {
            injector.inject(fault);
        } finally {
            follower.destroy();
        }
    }

    /// Waits until the cluster matches its objects, and compares the records with each other. No fault restarts a container: an engine of Moka's is killed alone.
    void requireRecovery(String after) {
        awaitConvergence(after);
        assertEquals(quietContainer, view.quietContainer(), after);
        Shell.await("calls of the witness during " + after, CONVERGENCE, () -> Long.toString(witness.answeredInRound()), answered -> Long.parseLong(answered) >= LEAST_CALLS);
        assertEquals(List.of(), witness.violations());
        requireEqualRecords();
    }

    private void awaitConvergence(String after) {
        Shell.await("convergence of " + cluster.name() + " after " + after, CONVERGENCE, view::complaint, String::isEmpty);
    }

    private void requireEqualRecords() {
        assertEquals(List.of(), watch.compare(witness.acknowledged(), CONVERGENCE));
    }

    /// Ends the recording; requires that the records agree and that all that was taken is given back.
    void requireNothingLeft() throws InterruptedException {
        System.out.printf("%s: %s; %s%n", cluster.name(), witness.summary(), watch.summary());
        assertEquals(List.of(), witness.finish());
        requireEqualRecords();
        Shell.await("all that " + cluster.name() + " has taken is given back", GIVEN_BACK, this::grown, "[]"::equals);
    }

    private String grown() {
        try {
            return Counts.of(cluster).grownSince(before).toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    void stop() {
        witness.close();
        watch.close();
        client.close();
        cluster.down();
    }
}
