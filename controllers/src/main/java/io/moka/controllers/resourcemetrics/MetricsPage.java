package io.moka.controllers.resourcemetrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.Json;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import io.moka.machinery.process.ComponentApi;
import io.moka.machinery.process.ComponentPage.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Serves the documents of metrics.k8s.io/v1beta1.
final class MetricsPage implements ComponentApi {

    static final String ROOT = "/apis/metrics.k8s.io/v1beta1";
    private static final String VERSION = "metrics.k8s.io/v1beta1";
    private static final long KIBIBYTE = 1_024;

    private final UsageStore usages;
    private final Lister<Pod> pods;
    private final Lister<Node> nodes;

    MetricsPage(UsageStore usages, Lister<Pod> pods, Lister<Node> nodes) {
        this.usages = usages;
        this.pods = pods;
        this.nodes = nodes;
    }

    /// @param path begins with [#ROOT]
    /// @param query only `labelSelector` is used
    @Override
    public Answer get(String path, Map<String, String> query) throws InterruptedException {
        var parts = path.substring(ROOT.length()).split("/");
        var selector = query.getOrDefault("labelSelector", "").isEmpty() ? LabelSelector.everything() : LabelSelector.parse(query.get("labelSelector"));
        return switch (parts.length) {
            case 0, 1 -> answer(resources());
            case 2 -> switch (parts[1]) {
                case "nodes" -> list("NodeMetricsList", nodeMetrics(matching(nodes.list(), selector)));
                case "pods" -> list("PodMetricsList", podMetrics(matching(pods.list(), selector)));
                default -> notFound();
            };
            case 3 -> parts[1].equals("nodes") ? one("nodes", parts[2], nodeMetrics(present(nodes.get(new ObjectKey("", parts[2]))))) : notFound();
            case 4 -> parts[1].equals("namespaces") && parts[3].equals("pods") ? list("PodMetricsList", podMetrics(pods.list(parts[2], selector))) : notFound();
            case 5 -> parts[1].equals("namespaces") && parts[3].equals("pods")
                    ? one("pods", parts[2] + "/" + parts[4], podMetrics(present(pods.get(new ObjectKey(parts[2], parts[4]))))) : notFound();
            default -> notFound();
        };
    }

    private static <T extends HasMetadata> List<T> matching(List<T> objects, LabelSelector selector) {
        return objects.stream().filter(object -> selector.matches(object.getMetadata().getLabels())).toList();
    }

    private static <T> List<T> present(@Nullable T object) {
        return object == null ? List.of() : List.of(object);
    }

    private static ObjectNode resources() {
        var document = Json.mapper().createObjectNode().put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion", VERSION);
        var resources = document.putArray("resources");
        resources.addObject().put("name", "nodes").put("singularName", "").put("namespaced", false).put("kind", "NodeMetrics").putArray("verbs").add("get").add("list");
        resources.addObject().put("name", "pods").put("singularName", "").put("namespaced", true).put("kind", "PodMetrics").putArray("verbs").add("get").add("list");
        return document;
    }

    private static Answer list(String kind, List<ObjectNode> items) {
        var document = Json.mapper().createObjectNode().put("kind", kind).put("apiVersion", VERSION);
        document.putObject("metadata");
        document.putArray("items").addAll(items);
        return answer(document);
    }

    private static Answer one(String resource, String name, List<ObjectNode> found) {
        return found.isEmpty() ? failure("%s.metrics.k8s.io \"%s\" not found".formatted(resource, name)) : answer(found.getFirst());
    }

    private static Answer notFound() {
        return failure("the server could not find the requested resource");
    }

    private static Answer failure(String message) {
        return Answer.status(404, "NotFound", message);
    }

    private static Answer answer(ObjectNode document) {
        return Answer.json(Json.bytes(document));
    }

    private List<ObjectNode> nodeMetrics(Collection<Node> chosen) throws InterruptedException {
        var readings = usages.of(names(nodes.list()));
        var items = new ArrayList<ObjectNode>();
        for (var node : sorted(chosen)) {
            var pair = readings.get(node.getMetadata().getName());
            var usage = pair == null ? null : pair.node();
            if (usage != null) {
                var item = item("NodeMetrics", node, usage.at(), usage.window());
                put(item, usage);
                items.add(item);
            }
        }
        return items;
    }

    private List<ObjectNode> podMetrics(Collection<Pod> chosen) throws InterruptedException {
        var readings = usages.of(names(nodes.list()));
        var items = new ArrayList<ObjectNode>();
        for (var pod : sorted(chosen)) {
            var pair = pod.getSpec().getNodeName() == null ? null : readings.get(pod.getSpec().getNodeName());
            if (pair != null && Pods.phase(pod).equals("Running")) {
                addTo(items, pod, pair.containers());
            }
        }
        return items;
    }

    /// A pod is left out until each of its containers has a usage.
    private static void addTo(List<ObjectNode> items, Pod pod, Map<NodeReading.Container, Counter.Usage> usages) {
        Instant at = Instant.MAX;
        Duration window = Duration.ZERO;
        var containers = Json.mapper().createArrayNode();
        for (var container : pod.getSpec().getContainers()) {
            var usage = usages.get(new NodeReading.Container(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), container.getName()));
            if (usage == null) {
                return;
            }
            at = usage.at().isBefore(at) ? usage.at() : at;
            window = usage.window().compareTo(window) > 0 ? usage.window() : window;
            put(containers.addObject().put("name", container.getName()), usage);
        }
        items.add(item("PodMetrics", pod, at, window).set("containers", containers));
    }

    private static ObjectNode item(String kind, HasMetadata of, Instant at, Duration window) {
        var item = Json.mapper().createObjectNode().put("kind", kind).put("apiVersion", VERSION);
        var metadata = item.putObject("metadata").put("name", of.getMetadata().getName());
        if (of.getMetadata().getNamespace() != null) {
            metadata.put("namespace", of.getMetadata().getNamespace());
        }
        metadata.put("creationTimestamp", Times.format(at));
        if (of.getMetadata().getLabels() != null && !of.getMetadata().getLabels().isEmpty()) {
            var labels = metadata.putObject("labels");
            of.getMetadata().getLabels().forEach(labels::put);
        }
        return item.put("timestamp", Times.format(at)).put("window", window.toMillis() / 1_000d + "s");
    }

    private static void put(ObjectNode to, Counter.Usage usage) {
        to.putObject("usage").put("cpu", usage.nanoCores() + "n").put("memory", usage.memoryBytes() / KIBIBYTE + "Ki");
    }

    private static List<String> names(Collection<Node> nodes) {
        return nodes.stream().map(node -> node.getMetadata().getName()).toList();
    }

    private static <T extends HasMetadata> List<T> sorted(Collection<T> objects) {
        return objects.stream().sorted(Comparator.comparing((T object) -> ObjectKey.of(object).toString())).toList();
    }
}
