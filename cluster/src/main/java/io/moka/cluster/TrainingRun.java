package io.moka.cluster;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.meta.Pods;
import java.time.Duration;
import java.util.Map;

/// Runs the ordinary work of a cluster once: creates a deployment with a service, waits for its pods, and deletes it.
final class TrainingRun {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Map<String, String> LABELS = Map.of("app", "training");

    private final Layout layout;

    TrainingRun(Layout layout) {
        this.layout = layout;
    }

    String run() throws Exception {
        try (var client = new ApiClient(ClientConfig.load(layout.kubeconfig(), null, "moka-train"))) {
            client.resources(Deployment.class).create(deployment());
            client.resources(Service.class).create(service());
            boolean ran = await(client, true);
            client.resources(Deployment.class).delete("default", "training");
            boolean went = await(client, false);
            return ran && went ? "" : "not in time; the caches may lack a part";
        }
    }

    private static boolean await(ApiClient client, boolean running) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            var pods = client.resources(Pod.class).list("default", ListOptions.all().labels("app=training")).items();
            if (running ? pods.stream().anyMatch(Pods::isReady) : pods.isEmpty()) {
                return true;
            }
            Thread.sleep(100);
        }
        return false;
    }

    private static Deployment deployment() {
        return new DeploymentBuilder().withNewMetadata().withNamespace("default").withName("training").endMetadata()
                .withNewSpec().withReplicas(2).withNewSelector().withMatchLabels(LABELS).endSelector()
                .withNewTemplate().withNewMetadata().withLabels(LABELS).endMetadata()
                .withNewSpec().withTerminationGracePeriodSeconds(1L)
                .addNewContainer().withName("c").withImage(BusyboxImage.NAME).withCommand("sleep", "600")
                .withNewReadinessProbe().withNewExec().withCommand("true").endExec().withPeriodSeconds(1).endReadinessProbe().endContainer()
                .endSpec().endTemplate().endSpec().build();
    }

    private static Service service() {
        return new ServiceBuilder().withNewMetadata().withNamespace("default").withName("training").endMetadata()
                .withNewSpec().withType("NodePort").withSelector(LABELS)
                .addNewPort().withPort(80).withTargetPort(new IntOrString(8080)).endPort().endSpec().build();
    }
}
