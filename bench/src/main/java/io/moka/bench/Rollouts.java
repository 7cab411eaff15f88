package io.moka.bench;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.PatchType;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A Deployment of a thousand hollow pods on a hundred nodes: created, updated, rolled back, deleted; then StatefulSets of a hundred. Nothing is warmed up
/// but by what was measured before.
final class Rollouts implements Measurement {

    private static final int NODES = 100;
    private static final int PODS = 1_000;
    private static final int SET = 100;
    private static final String NAME = "rollout";
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "rollouts";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        cluster.hollowNodes(NODES);
        try (var client = new ApiClient(cluster.config())) {
            var figures = new ArrayList<Figure>();
            deployment(client, figures);
            long pid = Long.parseLong(Files.readString(cluster.run().resolve("controllers.pid")).strip());
            figures.add(new Figure(Row.ROLLOUT_CONTROLLERS, new ProcessCost(pid).pssMebibytes()));
            figures.add(new Figure(Row.SET_PARALLEL, set(client, "Parallel")));
            figures.add(new Figure(Row.SET_ORDERED, set(client, "OrderedReady")));
            return figures;
        } finally {
            cluster.hollowNodes(0);
        }
    }

    private static void deployment(ApiClient client, List<Figure> figures) throws Exception {
        var deployments = client.resources(Deployment.class);
        try (var writes = new WorkloadWrites(client, NAME)) {
            figures.add(new Figure(Row.ROLLOUT_CREATE, seconds(() -> deployments.create(deployment()), () -> isDone(deployments.get("default", NAME)))));
            figures.add(new Figure(Row.ROLLOUT_CREATE_P99, writes.readySeconds(0.99)));
            figures.add(new Figure(Row.ROLLOUT_CREATE_WRITES, (double) writes.takeBeyondKubelet() / PODS));
            figures.add(new Figure(Row.ROLLOUT_UPDATE, seconds(() -> image(client, "second"), () -> isDone(deployments.get("default", NAME)))));
            figures.add(new Figure(Row.ROLLOUT_UPDATE_WRITES, (double) writes.takeBeyondKubelet() / PODS));
            figures.add(new Figure(Row.ROLLOUT_UNDO, seconds(() -> image(client, "first"), () -> isDone(deployments.get("default", NAME)))));
            figures.add(new Figure(Row.ROLLOUT_DELETE, seconds(() -> deployments.delete("default", NAME), () -> writes.present() == 0)));
        }
    }

    private static void image(ApiClient client, String image) {
        client.resources(Deployment.class).patch("default", NAME, PatchType.STRATEGIC,
                Map.of("spec", Map.of("template", Map.of("spec", Map.of("containers", List.of(Map.of("name", "main", "image", image)))))));
    }

    private static boolean isDone(Deployment deployment) {
        var status = deployment.getStatus();
        return status != null && deployment.getMetadata().getGeneration().equals(status.getObservedGeneration()) && equals(status.getUpdatedReplicas(), PODS)
                && equals(status.getAvailableReplicas(), PODS) && equals(status.getReplicas(), PODS);
    }

    private static boolean equals(Integer number, int wanted) {
        return number != null && number == wanted;
    }

    private static double set(ApiClient client, String management) throws Exception {
        var sets = client.resources(StatefulSet.class);
        var name = "set-" + management.toLowerCase(Locale.ROOT);
        try (var writes = new WorkloadWrites(client, name)) {
            double seconds = seconds(() -> sets.create(set(name, management)), () -> equals(sets.get("default", name).getStatus().getReadyReplicas(), SET));
            sets.delete("default", name);
            await(() -> writes.present() == 0);
            return seconds;
        }
    }

    /// An action of the measurement, such as a create call.
    interface Step {
        void run() throws Exception;
    }

    interface Question {
        boolean holds() throws Exception;
    }

    static double seconds(Step step, Question done) throws Exception {
        long begin = System.nanoTime();
        step.run();
        await(done);
        return (System.nanoTime() - begin) / 1e9;
    }

    static void await(Question done) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!done.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not done after " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static Deployment deployment() {
        return new DeploymentBuilder().withNewMetadata().withNamespace("default").withName(NAME).endMetadata()
                .withNewSpec().withReplicas(PODS).withNewSelector().addToMatchLabels("bench", NAME).endSelector()
                .withNewTemplate().withNewMetadata().addToLabels("bench", NAME).endMetadata()
                .withNewSpec().addToNodeSelector("moka.io/hollow", "true").addNewContainer().withName("main").withImage("first").endContainer()
                .endSpec().endTemplate().endSpec().build();
    }

    private static StatefulSet set(String name, String management) {
        return new StatefulSetBuilder().withNewMetadata().withNamespace("default").withName(name).endMetadata()
                .withNewSpec().withReplicas(SET).withServiceName(name).withPodManagementPolicy(management).withNewSelector().addToMatchLabels("bench", name).endSelector()
                .withNewTemplate().withNewMetadata().addToLabels("bench", name).endMetadata()
                .withNewSpec().addToNodeSelector("moka.io/hollow", "true").addNewContainer().withName("main").withImage("first").endContainer()
                .endSpec().endTemplate().endSpec().build();
    }
}
