package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.meta.Pods;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The controllers on a running cluster. The pods are bound to no node; the test marks them as ready, as a kubelet would.
class ControllersTest {

    private static final String IMAGE = "none:1";

    private final String namespace = "controllers-" + Long.toString(System.nanoTime(), 36);
    private ApiClient client;
    private int addresses;

    @BeforeEach
    void begin() throws IOException {
        client = new ApiClient(ClientConfig.load(TestCluster.shared().folder().resolve("kubeconfig"), null, "controllers-test"));
        client.resources(Namespace.class).create(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
    }

    @AfterEach
    void end() {
        if (client.resources(Namespace.class).find("", namespace) != null) {
            client.resources(Namespace.class).delete("", namespace);
        }
        client.close();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "has not come about: " + what);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private Deployment deployment(int replicas) {
        return client.resources(Deployment.class).create(new DeploymentBuilder().withNewMetadata().withNamespace(namespace).withName("web").endMetadata()
                .withNewSpec().withReplicas(replicas).withNewSelector().addToMatchLabels("app", "web").endSelector()
                .withNewStrategy().withType("RollingUpdate").withNewRollingUpdate().withNewMaxSurge(1).withNewMaxUnavailable(1).endRollingUpdate().endStrategy()
                .withNewTemplate().withNewMetadata().addToLabels("app", "web").endMetadata()
                .withNewSpec().withNodeSelector(Map.of("nowhere", "true")).addNewContainer().withName("c").withImage(IMAGE).endContainer().endSpec()
                .endTemplate().endSpec().build());
    }

    private List<Pod> pods() {
        return client.resources(Pod.class).list(namespace, ListOptions.all()).items();
    }

    private List<ReplicaSet> sets() {
        return client.resources(ReplicaSet.class).list(namespace, ListOptions.all()).items();
    }

    private void markReady(Pod pod) {
        client.resources(Pod.class).patchStatus(namespace, pod.getMetadata().getName(), PatchType.MERGE, Map.of("status", Map.of("phase", "Running",
                "podIP", "10.9.9." + ++addresses, "podIPs", List.of(Map.of("ip", "10.9.9." + addresses)),
                "conditions", List.of(Map.of("type", "Ready", "status", "True", "lastTransitionTime", "2026-01-01T00:00:00Z")))));
    }

    private void awaitAllReady(int replicas) {
        await(replicas + " ready pods", () -> {
            var pods = pods();
            pods.stream().filter(pod -> !Pods.isReady(pod)).forEach(this::markReady);
            return pods.size() == replicas && pods.stream().allMatch(Pods::isReady);
        });
        await("the status says so", () -> {
            var status = client.resources(Deployment.class).get(namespace, "web").getStatus();
            return status != null && Integer.valueOf(replicas).equals(status.getAvailableReplicas());
        });
    }

    private void setImage(String image) {
        client.resources(Deployment.class).patch(namespace, "web", PatchType.STRATEGIC, Map.of("spec", Map.of("template", Map.of("spec",
                Map.of("containers", List.of(Map.of("name", "c", "image", image)))))));
    }

    @Test
    void aRollingUpdateNeverLeavesItsBounds() {
        deployment(4);
        awaitAllReady(4);
        setImage("none:2");
        await("all pods are new and ready", () -> {
            var pods = pods();
            assertTrue(pods.size() <= 5, "no more than the surge: " + pods.size());
            assertTrue(pods.stream().filter(Pods::isReady).count() >= 3, "no fewer than may be unavailable");
            pods.stream().filter(pod -> !Pods.isReady(pod)).findFirst().ifPresent(this::markReady);
            return pods.size() == 4 && pods.stream().allMatch(pod -> Pods.isReady(pod) && pod.getSpec().getContainers().getFirst().getImage().equals("none:2"));
        });
        assertEquals(2, sets().size(), "the old set is kept for a rollback");
    }

    @Test
    void aPausedDeploymentDoesNotMoveAndARollbackUsesTheOldSetAgain() {
        deployment(2);
        awaitAllReady(2);
        client.resources(Deployment.class).patch(namespace, "web", PatchType.MERGE, Map.of("spec", Map.of("paused", true)));
        setImage("none:2");
        await("observed", () -> {
            var deployment = client.resources(Deployment.class).get(namespace, "web");
            return deployment.getMetadata().getGeneration().equals(deployment.getStatus().getObservedGeneration());
        });
        assertEquals(1, sets().size());
        client.resources(Deployment.class).patch(namespace, "web", PatchType.MERGE, Map.of("spec", Map.of("paused", false)));
        await("a second set", () -> sets().size() == 2);
        setImage(IMAGE);
        await("back at the first", () -> {
            var first = sets().stream().filter(set -> set.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage().equals(IMAGE)).findFirst().orElseThrow();
            return first.getSpec().getReplicas() == 2 && "3".equals(first.getMetadata().getAnnotations().get("deployment.kubernetes.io/revision"));
        });
        assertEquals(2, sets().size());
    }

    @Test
    void aPodWhoseLabelsNoLongerMatchIsReleasedAndReplacedAndTakenBack() {
        deployment(1);
        await("one pod", () -> pods().size() == 1);
        var pod = pods().getFirst().getMetadata().getName();
        client.resources(Pod.class).patch(namespace, pod, PatchType.MERGE, Map.of("metadata", Map.of("labels", Map.of("app", "other"))));
        await("released, and another made", () -> pods().size() == 2 && Owners.controllerOf(client.resources(Pod.class).get(namespace, pod)) == null);
        client.resources(Pod.class).patch(namespace, pod, PatchType.MERGE, Map.of("metadata", Map.of("labels", Map.of("app", "web"))));
        await("one too many, so one goes", () -> pods().size() == 1);
        assertNotNull(Owners.controllerOf(pods().getFirst()));
    }

    @Test
    void endpointsFollowServicesAndReadyPods() {
        deployment(2);
        await("two pods", () -> pods().size() == 2);
        var services = client.resources(Service.class);
        var endpoints = client.resources(Endpoints.class);
        services.create(new ServiceBuilder().withNewMetadata().withNamespace(namespace).withName("bare").endMetadata().withNewSpec().addNewPort().withPort(80).endPort().endSpec().build());
        services.create(new ServiceBuilder().withNewMetadata().withNamespace(namespace).withName("web").endMetadata().withNewSpec().addToSelector("app", "web")
                .addNewPort().withPort(80).endPort().endSpec().build());
        await("endpoints of the service with a selector", () -> endpoints.find(namespace, "web") != null);
        markReady(pods().getFirst());
        await("the ready pod is in", () -> ready() == 1 && readyInSlices() == 1);
        markReady(pods().stream().filter(pod -> !Pods.isReady(pod)).findFirst().orElseThrow());
        await("both are in", () -> ready() == 2 && readyInSlices() == 2);
        services.patch(namespace, "web", PatchType.MERGE, Map.of("spec", Map.of("selector", Map.of("app", "nobody"))));
        await("a changed selector is followed", () -> ready() == 0 && readyInSlices() == 0);
        services.delete(namespace, "web");
        await("gone with the service", () -> endpoints.find(namespace, "web") == null
                && client.resources(EndpointSlice.class).list(namespace, ListOptions.all()).items().isEmpty());
        assertEquals(null, endpoints.find(namespace, "bare"), "none are made for a service without a selector");
    }

    private long ready() {
        return client.resources(Endpoints.class).get(namespace, "web").getSubsets().stream().mapToLong(subset -> subset.getAddresses().size()).sum();
    }

    private long readyInSlices() {
        return client.resources(EndpointSlice.class).list(namespace, ListOptions.all().labels("kubernetes.io/service-name=web")).items().stream()
                .flatMap(slice -> slice.getEndpoints().stream()).filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady())).count();
    }

    private void delete(String policy) {
        client.resources(Deployment.class).delete(namespace, "web", new DeleteOptionsBuilder().withPropagationPolicy(policy).build());
    }

    @Test
    void dependentsFollowTheirOwnerAsThePolicySays() {
        for (var policy : List.of("Background", "Foreground")) {
            deployment(2);
            await("two pods", () -> pods().size() == 2);
            delete(policy);
            await("all gone, " + policy, () -> pods().isEmpty() && sets().isEmpty() && client.resources(Deployment.class).find(namespace, "web") == null);
        }
        deployment(2);
        await("two pods", () -> pods().size() == 2);
        delete("Orphan");
        await("only the deployment is gone", () -> client.resources(Deployment.class).find(namespace, "web") == null
                && sets().size() == 1 && Owners.controllerOf(sets().getFirst()) == null);
        assertEquals(2, pods().size());
    }

    @Test
    void aNamespaceHasItsDefaultsAndGoesWithAllThatIsInIt() {
        await("account and root CA", () -> client.resources(ServiceAccount.class).find(namespace, "default") != null
                && client.resources(ConfigMap.class).find(namespace, "kube-root-ca.crt") != null);
        client.resources(ServiceAccount.class).delete(namespace, "default");
        await("made again", () -> client.resources(ServiceAccount.class).find(namespace, "default") != null);
        deployment(2);
        await("two pods", () -> pods().size() == 2);
        client.resources(Namespace.class).delete("", namespace);
        await("gone", () -> client.resources(Namespace.class).find("", namespace) == null);
        assertTrue(pods().isEmpty() && sets().isEmpty());
    }

    private ConfigMap configMap(String name) {
        return client.resources(ConfigMap.class).create(new ConfigMapBuilder().withNewMetadata().withNamespace(namespace).withName(name).endMetadata().build());
    }

    private String used(String resource) {
        var status = client.resources(ResourceQuota.class).get(namespace, "quota").getStatus();
        var amount = status == null || status.getUsed() == null ? null : status.getUsed().get(resource);
        return amount == null ? "" : amount.toString();
    }

    @Test
    void quotaCountsWhatIsThereAndGivesBackWhatGoes() {
        await("the root certificate is there", () -> client.resources(ConfigMap.class).find(namespace, "kube-root-ca.crt") != null);
        client.resources(ResourceQuota.class).create(new ResourceQuotaBuilder().withNewMetadata().withNamespace(namespace).withName("quota").endMetadata()
                .withNewSpec().addToHard("configmaps", new Quantity("2")).addToHard("count/deployments.apps", new Quantity("1")).addToHard("pods", new Quantity("1")).endSpec().build());
        await("the quota is counted", () -> used("configmaps").equals("1") && used("count/deployments.apps").equals("0") && used("pods").equals("0"));
        configMap("a");
        assertEquals("2", used("configmaps"));
        assertEquals(403, assertThrows(ApiException.class, () -> configMap("b")).code());
        client.resources(ConfigMap.class).delete(namespace, "a");
        await("what was deleted is given back", () -> used("configmaps").equals("1"));
        configMap("b");
        await("pods can be made", () -> client.resources(ServiceAccount.class).find(namespace, "default") != null);
        var pod = client.resources(Pod.class).create(claiming("once", "none"));
        assertEquals("1", used("pods"));
        finish(pod);
        await("a pod that has ended no longer counts", () -> used("pods").equals("0"));
    }

    private Pod claiming(String name, String claim) {
        return new PodBuilder().withNewMetadata().withNamespace(namespace).withName(name).endMetadata().withNewSpec().withNodeName("nowhere")
                .addNewContainer().withName("c").withImage(IMAGE).endContainer()
                .addNewVolume().withName("v").withNewPersistentVolumeClaim().withClaimName(claim).endPersistentVolumeClaim().endVolume().endSpec().build();
    }

    private void finish(Pod pod) {
        client.resources(Pod.class).patchStatus(namespace, pod.getMetadata().getName(), PatchType.MERGE, Map.of("status", Map.of("phase", "Succeeded")));
    }

    @Test
    void claimStaysWhileAPodUsesIt() {
        await("pods can be made", () -> client.resources(ServiceAccount.class).find(namespace, "default") != null);
        var claims = client.resources(PersistentVolumeClaim.class);
        for (var name : List.of("used", "unused")) {
            claims.create(new PersistentVolumeClaimBuilder().withNewMetadata().withNamespace(namespace).withName(name).endMetadata()
                    .withNewSpec().withAccessModes("ReadWriteOnce").withNewResources().addToRequests("storage", new Quantity("1Gi")).endResources().endSpec().build());
        }
        var pod = client.resources(Pod.class).create(claiming("user", "used"));
        claims.delete(namespace, "used");
        claims.delete(namespace, "unused");
        await("what nobody uses is gone", () -> claims.find(namespace, "unused") == null);
        assertNotNull(claims.get(namespace, "used").getMetadata().getDeletionTimestamp());
        finish(pod);
        await("the claim goes with its user", () -> claims.find(namespace, "used") == null);
    }
}
