package io.moka.e2e.faults;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.e2e.Shell;
import io.moka.e2e.TestCluster;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.meta.Pods;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A Deployment of three pods with a Service, which the test rolls out again and again, a pod that stays, and the check that the cluster matches its objects.
final class ClusterView {

    static final int REPLICAS = 3;
    /// A pod that prints nothing and is not replaced.
    static final String QUIET_POD = "quiet";

    private static final Map<String, String> LABELS = Map.of("app", "web");

    private final TestCluster cluster;
    private final ApiClient client;
    private final String namespace;
    private int rollout;

    ClusterView(TestCluster cluster, ApiClient client, String namespace) {
        this.cluster = cluster;
        this.client = client;
        this.namespace = namespace;
    }

    void create() {
        client.resources(Deployment.class).create(new DeploymentBuilder().withNewMetadata().withNamespace(namespace).withName("web").endMetadata()
                .withNewSpec().withReplicas(REPLICAS)
                .withNewStrategy().withType("RollingUpdate").withNewRollingUpdate().withMaxSurge(new IntOrString("100%")).withMaxUnavailable(new IntOrString(0)).endRollingUpdate().endStrategy()
                .withNewSelector().withMatchLabels(LABELS).endSelector()
                .withNewTemplate().withNewMetadata().withLabels(LABELS).endMetadata()
                .withNewSpec().withTerminationGracePeriodSeconds(1L)
                .addNewContainer().withName("web").withImage("busybox:1.36").withCommand("sh", "-c", "hostname >/tmp/index.html; exec httpd -f -p 8080 -h /tmp")
                .withNewReadinessProbe().withPeriodSeconds(1).withNewTcpSocket().withPort(new IntOrString(8080)).endTcpSocket().endReadinessProbe()
                .endContainer().endSpec().endTemplate().endSpec().build());
        client.resources(Service.class).create(new ServiceBuilder().withNewMetadata().withNamespace(namespace).withName("web").endMetadata()
                .withNewSpec().withSelector(LABELS).addNewPort().withPort(80).withTargetPort(new IntOrString(8080)).endPort().endSpec().build());
        client.resources(Pod.class).create(new PodBuilder().withNewMetadata().withNamespace(namespace).withName(QUIET_POD).endMetadata()
                .withNewSpec().withTerminationGracePeriodSeconds(1L)
                .addNewContainer().withName("quiet").withImage("busybox:1.36").withCommand("sleep", "infinity").endContainer().endSpec().build());
    }

    /// Changes the template, so that all pods are replaced. A failed call is ignored, as the next round makes another.
    void rollOut() {
        rollout++;
        try {
            client.resources(Deployment.class).patch(namespace, "web", PatchType.MERGE, Map.of("spec", Map.of("template", Map.of("metadata",
                    Map.of("annotations", Map.of("round", Integer.toString(rollout)))))));
        } catch (ApiException | UncheckedIOException e) {
            rollout--;
        }
    }

    /// Returns the first difference between the cluster and its objects, or an empty string. The cheap questions come first.
    String complaint() {
        try {
            return Stream.<Supplier<String>>of(this::node, this::quietPod, this::deployment, this::endpoints, this::answers, this::processes)
                    .map(Supplier::get).filter(complaint -> !complaint.isEmpty()).findFirst().orElse("");
        } catch (ApiException | UncheckedIOException e) {
            return "the apiserver: " + e.getMessage();
        }
    }

    private String processes() {
        var status = Shell.run("bin/moka", "status", "--name", cluster.name());
        return status.status() == 0 ? "" : status.out();
    }

    private String node() {
        var node = client.resources(Node.class).list("", ListOptions.all()).items().getFirst();
        boolean ready = node.getStatus().getConditions().stream().anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
        return ready && node.getSpec().getTaints().isEmpty() ? "" : "the node: ready " + ready + ", taints " + node.getSpec().getTaints();
    }

    /// Returns the container of the pod that stays, with the number of its restarts.
    String quietContainer() {
        var container = client.resources(Pod.class).get(namespace, QUIET_POD).getStatus().getContainerStatuses().getFirst();
        return container.getContainerID() + ", restarts: " + container.getRestartCount();
    }

    private String quietPod() {
        var pod = client.resources(Pod.class).get(namespace, QUIET_POD);
        return Pods.isReady(pod) ? "" : "the pod " + QUIET_POD + ": " + pod.getStatus();
    }

    private String deployment() {
        var web = client.resources(Deployment.class).get(namespace, "web");
        var status = web.getStatus();
        boolean done = web.getMetadata().getGeneration().equals(status.getObservedGeneration()) && is(status.getReplicas()) && is(status.getUpdatedReplicas())
                && is(status.getAvailableReplicas());
        return done ? "" : "the deployment: " + status;
    }

    private static boolean is(Integer replicas) {
        return replicas != null && replicas == REPLICAS;
    }

    /// Checks that the service's endpoints are exactly the ready pods.
    private String endpoints() {
        var pods = client.resources(Pod.class).list(namespace, ListOptions.all().labels("app=web")).items();
        var ready = pods.stream().filter(Pods::isReady).filter(pod -> !Pods.isTerminating(pod)).map(pod -> pod.getStatus().getPodIP())
                .collect(Collectors.toCollection(TreeSet::new));
        if (pods.size() != REPLICAS || ready.size() != REPLICAS) {
            return "the pods: " + pods.stream().map(pod -> pod.getMetadata().getName() + " " + Pods.phase(pod)).toList();
        }
        var addresses = client.resources(EndpointSlice.class).list(namespace, ListOptions.all().labels("kubernetes.io/service-name=web")).items().stream()
                .flatMap(slice -> slice.getEndpoints().stream()).filter(endpoint -> !Boolean.FALSE.equals(endpoint.getConditions().getReady()))
                .flatMap(endpoint -> endpoint.getAddresses().stream()).collect(Collectors.toCollection(TreeSet::new));
        return addresses.equals(ready) ? "" : "the endpoints are " + addresses + ", the ready pods " + ready;
    }

    /// Checks that the service's address reaches each of its pods.
    private String answers() {
        var address = client.resources(Service.class).get(namespace, "web").getSpec().getClusterIP();
        var names = new TreeSet<String>();
        for (int i = 0; i < 10 * REPLICAS && names.size() < REPLICAS; i++) {
            var answer = Shell.run("curl", "-s", "-m", "2", "http://" + address + "/");
            if (answer.status() != 0) {
                return "the service does not answer at " + address;
            }
            names.add(answer.out().strip());
        }
        return names.size() == REPLICAS ? "" : "the service reaches only " + names;
    }
}
