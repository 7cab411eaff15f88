package io.moka.conformance.fabric8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.moka.conformance.TestCluster;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Base of the tests: the cluster that all of them share, and a client with an administrator's rights.
abstract class ClusterTest {

    static final String IMAGE = "busybox:1.36";
    static final int PATIENCE_SECONDS = 30;
    private static final TestCluster CLUSTER = TestCluster.start("conformance-fabric8", 23_000);
    static final KubernetesClient CLIENT = client(config());

    static Config config() {
        return Config.fromKubeconfig(CLUSTER.kubeconfig().toFile());
    }

    static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /// Returns a client that authenticates with a token only.
    static KubernetesClient bearing(String token) {
        var known = config();
        return client(new ConfigBuilder(Config.empty()).withMasterUrl(known.getMasterUrl()).withCaCertData(known.getCaCertData())
                .withOauthToken(token).build());
    }

    /// Makes a namespace for the tests of a class. Its name has a random end, as a class whose test failed is run again.
    static String namespace(Class<?> tests) {
        var made = CLIENT.namespaces().resource(new NamespaceBuilder().withNewMetadata().withGenerateName(tests.getSimpleName().toLowerCase(Locale.ROOT) + "-").endMetadata().build()).create();
        var name = made.getMetadata().getName();
        CLIENT.serviceAccounts().inNamespace(name).withName("default").waitUntilCondition(account -> account != null, PATIENCE_SECONDS, TimeUnit.SECONDS);
        return name;
    }

    static ConfigMap configMap(String name, String value) {
        return new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata().withData(Map.of("key", value)).build();
    }

    /// A pod whose container `c` runs a script.
    static Pod pod(String name, String script) {
        return new PodBuilder().withNewMetadata().withName(name).addToLabels("app", name).endMetadata().withNewSpec().withTerminationGracePeriodSeconds(0L)
                .addNewContainer().withName("c").withImage(IMAGE).withCommand("sh", "-c", script).endContainer().endSpec().build();
    }
}
