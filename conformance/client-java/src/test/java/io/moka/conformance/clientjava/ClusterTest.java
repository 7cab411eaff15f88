package io.moka.conformance.clientjava;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.util.Config;
import io.moka.conformance.Eventually;
import io.moka.conformance.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Base of the tests: the cluster that all of them share, and a client with an administrator's rights.
abstract class ClusterTest {

    static final String IMAGE = "busybox:1.36";
    private static final TestCluster CLUSTER = TestCluster.start("conformance-client-java", 24_000);
    static final ApiClient CLIENT = client();
    static final CoreV1Api CORE = new CoreV1Api(CLIENT);

    /// Returns a new client without a time limit, for watches and informers.
    static ApiClient client() {
        try {
            var client = Config.fromConfig(CLUSTER.kubeconfig().toString());
            client.setReadTimeout(0);
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path kubeconfig() {
        return CLUSTER.kubeconfig();
    }

    /// A call of the API.
    interface Call<T> {
        T run() throws ApiException;
    }

    static <T> T ok(Call<T> call) {
        try {
            return call.run();
        } catch (ApiException e) {
            throw new AssertionError(e.getCode() + ": " + e.getResponseBody(), e);
        }
    }

    /// Returns the HTTP code of a refused call, or 200 if it succeeds.
    static int refusal(Call<?> call) {
        try {
            call.run();
            return 200;
        } catch (ApiException e) {
            return e.getCode();
        }
    }

    /// Makes a namespace for the tests of a class. Its name has a random end, as a class whose test failed is run again.
    static String namespace(Class<?> tests) {
        var name = ok(() -> CORE.createNamespace(new V1Namespace().metadata(new V1ObjectMeta().generateName(tests.getSimpleName().toLowerCase(Locale.ROOT) + "-"))).execute())
                .getMetadata().getName();
        Eventually.see("the account of " + name, () -> refusal(() -> CORE.readNamespacedServiceAccount("default", name).execute()), code -> code == 200);
        return name;
    }

    static V1ConfigMap configMap(String name, String value) {
        return new V1ConfigMap().apiVersion("v1").kind("ConfigMap").metadata(new V1ObjectMeta().name(name)).data(Map.of("key", value));
    }

    /// A pod whose container `c` runs a script.
    static V1Pod pod(String name, String script) {
        return new V1Pod().apiVersion("v1").kind("Pod").metadata(new V1ObjectMeta().name(name).putLabelsItem("app", name)).spec(new V1PodSpec().terminationGracePeriodSeconds(0L)
                .containers(List.of(new V1Container().name("c").image(IMAGE).command(List.of("sh", "-c", script)))));
    }

    static V1Pod running(String namespace, V1Pod pod) {
        ok(() -> CORE.createNamespacedPod(namespace, pod).execute());
        return Eventually.see("the pod is ready", () -> ok(() -> CORE.readNamespacedPod(pod.getMetadata().getName(), namespace).execute()),
                found -> found.getStatus().getConditions() != null && found.getStatus().getConditions().stream().anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True")));
    }
}
