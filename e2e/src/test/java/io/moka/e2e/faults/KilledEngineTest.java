package io.moka.e2e.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.e2e.Shell;
import io.moka.e2e.TestCluster;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The Docker engine that `moka up` has started is killed with SIGKILL.
@Tag("faults")
class KilledEngineTest {

    private static final String NAMESPACE = "engine";
    private static final Duration CONVERGENCE = Duration.ofSeconds(30);

    private final TestCluster cluster = new TestCluster("e2e-engine", 14_000);

    @AfterEach
    void down() {
        cluster.down();
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void containersOutliveTheEngine() throws Exception {
        cluster.down();
        cluster.up("--no-dns");
        var injector = new Injector(cluster);
        assumeTrue(injector.ownsEngine(), "the machine has an engine of its own");
        cluster.createNamespace(NAMESPACE);
        try (var client = new ApiClient(ClientConfig.load(cluster.folder().resolve("kubeconfig"), null, "moka-faults"))) {
            var view = new ClusterView(cluster, client, NAMESPACE);
            view.create();
            Shell.await("the pods", CONVERGENCE, view::complaint, String::isEmpty);
            var before = quietContainer(client);

            injector.inject(new Fault.Kill(Victim.ENGINE));
            view.rollOut();
            Shell.await("the roll-out by the next engine", CONVERGENCE, view::complaint, String::isEmpty);

            var after = quietContainer(client);
            assertEquals(before.getContainerID(), after.getContainerID());
            assertEquals(0, after.getRestartCount());
        }
    }

    private static ContainerStatus quietContainer(ApiClient client) {
        return client.resources(Pod.class).get(NAMESPACE, ClusterView.QUIET_POD).getStatus().getContainerStatuses().getFirst();
    }
}
