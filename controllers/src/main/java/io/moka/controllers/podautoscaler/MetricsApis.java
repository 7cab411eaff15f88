package io.moka.controllers.podautoscaler;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricIdentifier;
import io.moka.controllers.common.OwnerTypes;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Quantities;
import io.moka.machinery.time.GoDuration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads metrics from the three aggregated APIs that serve them. Safe for any number of threads.
final class MetricsApis {

    private static final String RESOURCE = "/apis/metrics.k8s.io/v1beta1";
    private static final String CUSTOM = "/apis/custom.metrics.k8s.io/v1beta2";
    private static final String EXTERNAL = "/apis/external.metrics.k8s.io/v1beta1";
    private static final Duration CUSTOM_WINDOW = Duration.ofMinutes(1);

    private final ApiClient client;
    private final OwnerTypes types;

    MetricsApis(ApiClient client) {
        this.client = client;
        this.types = new OwnerTypes(client);
    }

    /// Each pod's usage of a resource. A pod of which a container has no value is left out.
    ///
    /// @param selector of labels, as text
    /// @param container the only one that counts; null for all
    Map<String, PodReading> resource(String namespace, String selector, String resource, @Nullable String container) throws CannotCompute {
        var answer = get("unable to get metrics for resource " + resource, RESOURCE + "/namespaces/" + namespace + "/pods", Map.of("labelSelector", selector));
        var readings = new HashMap<String, PodReading>();
        for (var pod : answer.path("items")) {
            var milli = usage(pod.path("containers"), resource, container);
            if (milli != null) {
                readings.put(pod.path("metadata").path("name").asText(), new PodReading(milli, Instant.parse(pod.path("timestamp").asText()), GoDuration.parse(pod.path("window").asText())));
            }
        }
        if (readings.isEmpty()) {
            throw new CannotCompute("unable to get metrics for resource %s: no metrics returned from resource metrics API".formatted(resource));
        }
        return readings;
    }

    private static @Nullable Long usage(JsonNode containers, String resource, @Nullable String only) {
        long sum = 0;
        boolean found = false;
        for (var container : containers) {
            if (only != null && !container.path("name").asText().equals(only)) {
                continue;
            }
            var usage = container.path("usage").path(resource);
            if (usage.isMissingNode()) {
                return null;
            }
            sum += milli(usage);
            found = true;
        }
        return found ? sum : null;
    }

    /// A metric of each pod.
    Map<String, PodReading> ofPods(String namespace, String selector, MetricIdentifier metric) throws CannotCompute {
        var query = new HashMap<>(Map.of("labelSelector", selector));
        addSelector(query, "metricLabelSelector", metric);
        var answer = get("unable to get metric " + metric.getName(), CUSTOM + "/namespaces/" + namespace + "/pods/*/" + encode(metric.getName()), query);
        var readings = new HashMap<String, PodReading>();
        for (var value : answer.path("items")) {
            var seconds = value.path("windowSeconds");
            readings.put(value.path("describedObject").path("name").asText(), new PodReading(milli(value.path("value")), Instant.parse(value.path("timestamp").asText()),
                    seconds.isNumber() ? Duration.ofSeconds(seconds.asLong()) : CUSTOM_WINDOW));
        }
        if (readings.isEmpty()) {
            throw new CannotCompute("unable to get metric %s: no metrics returned from custom metrics API".formatted(metric.getName()));
        }
        return readings;
    }

    /// A metric of one object, in thousandths.
    long ofObject(String namespace, CrossVersionObjectReference object, MetricIdentifier metric) throws CannotCompute {
        var type = types.find(new OwnerReferenceBuilder().withApiVersion(object.getApiVersion()).withKind(object.getKind()).build());
        if (type == null) {
            throw new CannotCompute("unable to get metric %s: no matches for kind \"%s\" in group \"%s\"".formatted(metric.getName(), object.getKind(), object.getApiVersion()));
        }
        var query = new HashMap<String, String>();
        addSelector(query, "metricLabelSelector", metric);
        var answer = get("unable to get metric %s: %s on %s %s".formatted(metric.getName(), object.getKind(), namespace, object.getName()),
                CUSTOM + "/namespaces/" + namespace + "/" + type.qualifiedPlural() + "/" + object.getName() + "/" + encode(metric.getName()), query);
        var values = answer.path("items");
        if (values.size() != 1) {
            throw new CannotCompute("unable to get metric %s: expected one value, got %d".formatted(metric.getName(), values.size()));
        }
        return milli(values.get(0).path("value"));
    }

    /// The sum of all series of an external metric, in thousandths.
    long external(String namespace, MetricIdentifier metric) throws CannotCompute {
        var query = new HashMap<String, String>();
        addSelector(query, "labelSelector", metric);
        var answer = get("unable to get external metric %s/%s/%s".formatted(namespace, metric.getName(), query.getOrDefault("labelSelector", "")),
                EXTERNAL + "/namespaces/" + namespace + "/" + encode(metric.getName()), query);
        if (answer.path("items").isEmpty()) {
            throw new CannotCompute("unable to get external metric %s: no metrics returned from external metrics API".formatted(metric.getName()));
        }
        long sum = 0;
        for (var value : answer.path("items")) {
            sum += milli(value.path("value"));
        }
        return sum;
    }

    private static void addSelector(Map<String, String> query, String parameter, MetricIdentifier metric) {
        if (metric.getSelector() != null) {
            query.put(parameter, LabelSelector.of(metric.getSelector()).toString());
        }
    }

    private JsonNode get(String what, String path, Map<String, String> query) throws CannotCompute {
        try {
            return Json.mapper().readTree(client.send("GET", path, query, null, null));
        } catch (ApiException e) {
            throw new CannotCompute(what + ": unable to fetch metrics from the API: " + e.getMessage());
        } catch (UncheckedIOException | IOException e) {
            throw new CannotCompute(what + ": " + e.getMessage());
        }
    }

    private static long milli(JsonNode quantity) {
        return Quantities.milliValue(new Quantity(quantity.asText()));
    }

    private static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }
}
