package io.moka.conformance.clientjava;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.extended.kubectl.Kubectl;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.AutoscalingV1Api;
import io.kubernetes.client.openapi.apis.PolicyV1Api;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentSpec;
import io.kubernetes.client.openapi.models.V1Eviction;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudgetSpec;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1Scale;
import io.kubernetes.client.openapi.models.V1ScaleSpec;
import io.kubernetes.client.util.PatchUtils;
import io.moka.conformance.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Deployments and evictions: the client observes the work of the controllers.
class WorkloadsTest extends ClusterTest {

    private static final AppsV1Api APPS = new AppsV1Api(CLIENT);
    private static String namespace;

    @BeforeAll
    static void begin() {
        namespace = namespace(WorkloadsTest.class);
    }

    private static V1Deployment deployment(String name) {
        var template = new V1PodTemplateSpec().metadata(new V1ObjectMeta().labels(Map.of("app", name))).spec(pod(name, "sleep 600").getSpec());
        ok(() -> APPS.createNamespacedDeployment(namespace, new V1Deployment().metadata(new V1ObjectMeta().name(name)).spec(new V1DeploymentSpec().replicas(1)
                .selector(new V1LabelSelector().matchLabels(Map.of("app", name))).template(template))).execute());
        return settled(name, 1);
    }

    private static V1Deployment settled(String name, int replicas) {
        return Eventually.see(name + " is settled", () -> ok(() -> APPS.readNamespacedDeployment(name, namespace).execute()),
                found -> found.getMetadata().getGeneration().equals(found.getStatus().getObservedGeneration()) && Integer.valueOf(replicas).equals(found.getStatus().getReplicas())
                        && Integer.valueOf(replicas).equals(found.getStatus().getUpdatedReplicas()) && Integer.valueOf(replicas).equals(found.getStatus().getReadyReplicas()));
    }

    @Test
    void deploymentIsScaledByItsSubresourceAndRolled() throws Exception {
        deployment("web");
        var scale = ok(() -> APPS.readNamespacedDeploymentScale("web", namespace).execute());
        assertEquals("app=web", scale.getStatus().getSelector());
        ok(() -> APPS.replaceNamespacedDeploymentScale("web", namespace, new V1Scale().metadata(new V1ObjectMeta().name("web")).spec(new V1ScaleSpec().replicas(2))).execute());
        settled("web", 2);
        Kubectl.scale(V1Deployment.class).apiClient(CLIENT).namespace(namespace).name("web").replicas(1).execute();
        settled("web", 1);
        ok(() -> PatchUtils.patch(V1Deployment.class, () -> APPS.patchNamespacedDeployment("web", namespace,
                new V1Patch("{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"turn\":\"2\"}}}}}")).buildCall(null), V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH, CLIENT));
        assertEquals("2", settled("web", 1).getMetadata().getAnnotations().get("deployment.kubernetes.io/revision"));
        var history = Kubectl.rollout(V1Deployment.class).history().apiClient(CLIENT).namespace(namespace).name("web").skipDiscovery().execute();
        assertEquals(2, history.size());
    }

    @Test
    void statusIsWrittenApart() {
        deployment("reported");
        ok(() -> PatchUtils.patch(V1Deployment.class, () -> APPS.patchNamespacedDeploymentStatus("reported", namespace,
                new V1Patch("{\"spec\":{\"replicas\":7},\"status\":{\"conditions\":[{\"type\":\"Seen\",\"status\":\"True\"}]}}")).buildCall(null), V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH, CLIENT));
        assertEquals(1, ok(() -> APPS.readNamespacedDeployment("reported", namespace).execute()).getSpec().getReplicas());
        assertEquals(404, refusal(() -> new AutoscalingV1Api(CLIENT).readNamespacedHorizontalPodAutoscaler("none", namespace).execute()));
    }

    /// Returns the code only: a successful answer is a Status, which this client tries to read as an Eviction.
    private static int evict(V1Eviction eviction) {
        try (var answer = ok(() -> CORE.createNamespacedPodEviction("evicted", namespace, eviction).buildCall(null)).execute()) {
            return answer.code();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void evictionKeepsToTheBudget() {
        running(namespace, pod("evicted", "sleep 600"));
        var policy = new PolicyV1Api(CLIENT);
        ok(() -> policy.createNamespacedPodDisruptionBudget(namespace, new V1PodDisruptionBudget().metadata(new V1ObjectMeta().name("guard")).spec(new V1PodDisruptionBudgetSpec()
                .minAvailable(new io.kubernetes.client.custom.IntOrString(1)).selector(new V1LabelSelector().matchLabels(Map.of("app", "evicted"))))).execute());
        Eventually.see("the budget counts the pod", () -> ok(() -> policy.readNamespacedPodDisruptionBudget("guard", namespace).execute()).getStatus(),
                status -> status != null && Integer.valueOf(1).equals(status.getCurrentHealthy()) && Integer.valueOf(0).equals(status.getDisruptionsAllowed()));
        var eviction = new V1Eviction().metadata(new V1ObjectMeta().name("evicted").namespace(namespace));
        assertEquals(429, evict(eviction));
        ok(() -> policy.deleteNamespacedPodDisruptionBudget("guard", namespace).execute());
        assertEquals(201, evict(eviction));
        Eventually.see("the pod is gone", () -> refusal(() -> CORE.readNamespacedPod("evicted", namespace).execute()), code -> code == 404);
    }
}
