package io.moka.controllers.resourcemetrics;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.process.DelegatedAccess;
import io.moka.machinery.process.HealthServer;
import io.moka.machinery.workqueue.WorkQueue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/// Wires the served documents to the informers and to the kubelets, and creates the APIService that routes requests to this process.
public final class ResourceMetrics {

    private static final String API_SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";

    private static final String NAME = "v1beta1.metrics.k8s.io";
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);

    private ResourceMetrics() {
    }

    /// Serves the group.
    ///
    /// @param access knows the apiserver
    public static void serve(HealthServer server, DelegatedAccess access, ControllerContext context) {
        var client = context.client();
        UsageStore.Reader reader = node -> NodeReading.parse(new String(client.send("GET", "/api/v1/nodes/" + node + "/proxy/metrics/resource", Map.of(), null, null),
                StandardCharsets.UTF_8), context.clock().instant());
        server.addApi(MetricsPage.ROOT, access,
                new MetricsPage(new UsageStore(reader, context.clock()), context.informers().of(Pod.class).lister(), context.informers().of(Node.class).lister()));
    }

    /// Makes the APIService wherever there is none. One that is there may be another server's, and stays.
    ///
    /// @param authority of this process's certificate, in PEM form
    public static Controller<String> registration(ControllerContext context, String authority) {
        var queue = new WorkQueue<String>(context.clock());
        queue.add(NAME);
        return new Controller<>("resource-metrics-registration", queue, 1, name -> {
            register(context.client(), authority);
            return Outcome.requeueAfter(LOOK_AGAIN);
        });
    }

    private static void register(ApiClient client, String authority) {
        try {
            client.send("GET", API_SERVICES + "/" + NAME, Map.of(), null, null);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
            client.send("POST", API_SERVICES, Map.of(), "application/json", Json.bytes(Map.of("apiVersion", "apiregistration.k8s.io/v1", "kind", "APIService",
                    "metadata", Map.of("name", NAME), "spec", Map.of("group", "metrics.k8s.io", "version", "v1beta1", "groupPriorityMinimum", 100, "versionPriority", 100,
                            "service", Map.of("namespace", "kube-system", "name", "moka-metrics"),
                            "caBundle", Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8))))));
        }
    }
}
