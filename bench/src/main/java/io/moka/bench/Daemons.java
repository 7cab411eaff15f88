package io.moka.bench;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.PatchType;
import java.util.List;
import java.util.Map;

/// A DaemonSet on a thousand hollow nodes, created, then updated a tenth at a time.
final class Daemons implements Measurement {

    private static final int NODES = 1_000;
    private static final String NAME = "daemons";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        cluster.hollowNodes(NODES);
        try (var client = new ApiClient(cluster.config()); var writes = new WorkloadWrites(client, NAME)) {
            var sets = client.resources(DaemonSet.class);
            double created = Rollouts.seconds(() -> sets.create(daemons()), () -> isDone(sets.get("default", NAME)));
            writes.watchAvailability(NODES);
            double updated = Rollouts.seconds(() -> sets.patch("default", NAME, PatchType.STRATEGIC,
                    Map.of("spec", Map.of("template", Map.of("spec", Map.of("containers", List.of(Map.of("name", "main", "image", "second"))))))), () -> isDone(sets.get("default", NAME)));
            int unavailable = NODES - writes.fewestReady();
            sets.delete("default", NAME);
            Rollouts.await(() -> writes.present() == 0);
            return List.of(new Figure(Row.DAEMONS_CREATE, created), new Figure(Row.DAEMONS_UPDATE, updated), new Figure(Row.DAEMONS_UNAVAILABLE, unavailable));
        } finally {
            cluster.hollowNodes(0);
        }
    }

    private static boolean isDone(DaemonSet set) {
        var status = set.getStatus();
        return status != null && set.getMetadata().getGeneration().equals(status.getObservedGeneration()) && number(status.getDesiredNumberScheduled()) == NODES
                && number(status.getUpdatedNumberScheduled()) == NODES && number(status.getNumberAvailable()) == NODES;
    }

    private static int number(Integer value) {
        return value == null ? 0 : value;
    }

    private static DaemonSet daemons() {
        return new DaemonSetBuilder().withNewMetadata().withNamespace("default").withName(NAME).endMetadata()
                .withNewSpec().withNewSelector().addToMatchLabels("bench", NAME).endSelector()
                .withNewUpdateStrategy().withType("RollingUpdate").withNewRollingUpdate().withMaxUnavailable(new IntOrString("10%")).endRollingUpdate().endUpdateStrategy()
                .withNewTemplate().withNewMetadata().addToLabels("bench", NAME).endMetadata()
                .withNewSpec().addToNodeSelector("moka.io/hollow", "true").addNewContainer().withName("main").withImage("first").endContainer()
                .endSpec().endTemplate().endSpec().build();
    }
}
