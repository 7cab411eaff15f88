package io.moka.conformance.fabric8;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.moka.conformance.Eventually;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Deployments and evictions: the client observes the work of the controllers.
class WorkloadsTest extends ClusterTest {

    private static String namespace;

    @BeforeAll
    static void begin() {
        namespace = namespace(WorkloadsTest.class);
    }

    private static RollableScalableResource<Deployment> deployment(String name, int replicas) {
        var deployment = new DeploymentBuilder().withNewMetadata().withName(name).endMetadata().withNewSpec().withReplicas(replicas)
                .withNewSelector().addToMatchLabels("app", name).endSelector().withTemplate(new io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder()
                        .withNewMetadata().addToLabels("app", name).endMetadata().withSpec(pod(name, "echo begun; sleep 600").getSpec()).build()).endSpec().build();
        CLIENT.apps().deployments().inNamespace(namespace).resource(deployment).create();
        var resource = CLIENT.apps().deployments().inNamespace(namespace).withName(name);
        settled(resource, replicas);
        return resource;
    }

    private static Deployment settled(RollableScalableResource<Deployment> resource, int replicas) {
        return resource.waitUntilCondition(found -> found != null && found.getStatus() != null
                && found.getMetadata().getGeneration().equals(found.getStatus().getObservedGeneration())
                && (replicas == 0 ? found.getStatus().getReplicas() == null : Integer.valueOf(replicas).equals(found.getStatus().getUpdatedReplicas())
                        && Integer.valueOf(replicas).equals(found.getStatus().getReplicas()) && Integer.valueOf(replicas).equals(found.getStatus().getReadyReplicas())),
                PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void deploymentIsScaledUpAndDown() {
        var resource = deployment("scaled", 1);
        resource.scale(2);
        settled(resource, 2);
        assertEquals(2, resource.scale(new io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder().withNewMetadata().withName("scaled").endMetadata()
                .withNewSpec().withReplicas(2).endSpec().build()).getStatus().getReplicas());
        resource.scale(0);
        settled(resource, 0);
        resource.delete();
    }

    @Test
    void rollingUpdateIsUndone() {
        var resource = deployment("rolled", 1);
        var before = resource.get().getSpec().getTemplate();
        resource.edit(found -> new DeploymentBuilder(found).editSpec().editTemplate().editSpec().editFirstContainer().withCommand("sh", "-c", "sleep 700").endContainer().endSpec().endTemplate().endSpec().build());
        settled(resource, 1);
        assertEquals("2", resource.get().getMetadata().getAnnotations().get("deployment.kubernetes.io/revision"));
        resource.rolling().undo();
        settled(resource, 1);
        assertEquals(before.getSpec().getContainers().getFirst().getCommand(), resource.get().getSpec().getTemplate().getSpec().getContainers().getFirst().getCommand());
        resource.delete();
    }

    @Test
    void rolloutIsPausedResumedAndRestarted() {
        var resource = deployment("restarted", 1);
        var pod = CLIENT.pods().inNamespace(namespace).withLabel("app", "restarted").list().getItems().getFirst().getMetadata().getName();
        resource.rolling().pause();
        assertTrue(resource.get().getSpec().getPaused());
        resource.rolling().resume();
        resource.rolling().restart();
        settled(resource, 1);
        Eventually.see("the old pod is gone", () -> CLIENT.pods().inNamespace(namespace).withName(pod).get(), found -> found == null);
        assertEquals("begun\n", resource.getLog());
        resource.delete();
    }

    @Test
    void evictionKeepsToTheBudget() {
        var pods = CLIENT.pods().inNamespace(namespace);
        pods.resource(pod("evicted", "sleep 600")).create();
        pods.withName("evicted").waitUntilReady(PATIENCE_SECONDS, TimeUnit.SECONDS);
        CLIENT.policy().v1().podDisruptionBudget().inNamespace(namespace).resource(new PodDisruptionBudgetBuilder().withNewMetadata().withName("guard").endMetadata()
                .withNewSpec().withNewMinAvailable(1).withNewSelector().addToMatchLabels("app", "evicted").endSelector().endSpec().build()).create();
        var budget = CLIENT.policy().v1().podDisruptionBudget().inNamespace(namespace).withName("guard");
        budget.waitUntilCondition(found -> found.getStatus() != null && Integer.valueOf(1).equals(found.getStatus().getCurrentHealthy())
                && Integer.valueOf(0).equals(found.getStatus().getDisruptionsAllowed()), PATIENCE_SECONDS, TimeUnit.SECONDS);
        try (var impatient = client(new ConfigBuilder(config()).withRequestRetryBackoffLimit(0).build())) {
            assertFalse(impatient.pods().inNamespace(namespace).withName("evicted").evict());
        }
        budget.delete();
        assertTrue(pods.withName("evicted").evict());
        Eventually.see("the pod is gone", () -> pods.withName("evicted").get(), found -> found == null);
    }
}
