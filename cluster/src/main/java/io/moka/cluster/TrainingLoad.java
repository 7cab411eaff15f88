package io.moka.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Simulates calls of many clients, so that the apiserver records which of its methods are hot and how they are used, and compiles them well right after its
/// next start. The pods name a scheduler that does not exist, so they cause no work in the rest of the cluster.
final class TrainingLoad {

    private static final int CLIENTS = 16;
    private static final int PODS = 2_500;
    private static final String LABEL = "training";

    private final Layout layout;

    TrainingLoad(Layout layout) {
        this.layout = layout;
    }

    String run() throws Exception {
        var next = new AtomicInteger();
        var work = new ArrayList<Callable<Void>>();
        for (int i = 0; i < CLIENTS; i++) {
            work.add(() -> {
                try (var client = new ApiClient(ClientConfig.load(layout.kubeconfig(), null, "moka-train"))) {
                    for (int pod = next.getAndIncrement(); pod < PODS; pod = next.getAndIncrement()) {
                        use(client.resources(Pod.class), "training-" + pod, pod);
                    }
                }
                return null;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var client : threads.invokeAll(work)) {
                client.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        return "";
    }

    private static void use(Resources<Pod> pods, String name, int number) {
        var created = pods.create(new PodBuilder().withNewMetadata().withNamespace("default").withName(name).addToLabels(LABEL, "load").endMetadata()
                .withNewSpec().withSchedulerName("none").withAutomountServiceAccountToken(false)
                .addNewContainer().withName("web").withImage("registry.example.org/shop/web:1.4.2").endContainer().endSpec().build());
        pods.get("default", name);
        switch (number % 4) {
            case 0 -> pods.update(new PodBuilder(created).editMetadata().addToLabels("round", "1").endMetadata().build());
            case 1 -> pods.patch("default", name, PatchType.STRATEGIC, Map.of("metadata", Map.of("labels", Map.of("round", "2"))));
            default -> pods.get("default", name);
        }
        if (number % 200 == 0) {
            pods.list("default", ListOptions.all().labels(LABEL + "=load"));
        }
        pods.delete("default", name);
    }
}
