package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ContainerResourceMetricSource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ExternalMetricSource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricTarget;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricValueStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricValueStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ObjectMetricSource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.PodsMetricSource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ResourceMetricSource;
import io.moka.machinery.meta.Quantities;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads each metric of an autoscaler and gets the number of replicas for it from the [ReplicaCalculator].
record MetricProposals(MetricsApis metrics, ScaleTarget target, TargetPods pods, Tolerance tolerance, Instant now) {

    /// @throws CannotCompute when the metric cannot be read or gives no number of replicas; its message is for the condition
    Proposal of(MetricSpec spec) throws CannotCompute {
        return switch (spec.getType()) {
            case "Resource" -> resource(spec.getResource());
            case "ContainerResource" -> containerResource(spec.getContainerResource());
            case "Pods" -> ofPods(spec.getPods());
            case "Object" -> ofObject(spec.getObject());
            case "External" -> external(spec.getExternal());
            default -> throw new CannotCompute("unknown metric source type \"%s\"".formatted(spec.getType()));
        };
    }

    /// The reason of the condition and event for a metric that cannot be read.
    static String failure(MetricSpec spec) {
        return switch (spec.getType()) {
            case "Resource" -> "FailedGetResourceMetric";
            case "ContainerResource" -> "FailedGetContainerResourceMetric";
            case "Pods" -> "FailedGetPodsMetric";
            case "Object" -> "FailedGetObjectMetric";
            case "External" -> "FailedGetExternalMetric";
            default -> "InvalidMetricSourceType";
        };
    }

    private ReplicaCalculator calculator(boolean cpu) {
        return new ReplicaCalculator(target.replicas(), pods.own(), tolerance, cpu, now);
    }

    private Proposal resource(ResourceMetricSource source) throws CannotCompute {
        var name = source.getName();
        var readings = pods.only(metrics.resource(target.namespace(), target.selector(), name, null));
        var count = resource(readings, source.getTarget(), name, null);
        boolean percent = source.getTarget().getAverageUtilization() != null;
        return new Proposal(count.replicas(), name + (percent ? " resource utilization (percentage of request)" : " resource"),
                new MetricStatusBuilder().withType("Resource").withNewResource().withName(name).withCurrent(value(count, percent)).endResource().build(), count.arithmetic());
    }

    private Proposal containerResource(ContainerResourceMetricSource source) throws CannotCompute {
        var name = source.getName();
        var readings = pods.only(metrics.resource(target.namespace(), target.selector(), name, source.getContainer()));
        var count = resource(readings, source.getTarget(), name, source.getContainer());
        boolean percent = source.getTarget().getAverageUtilization() != null;
        return new Proposal(count.replicas(), name + (percent ? " container resource utilization (percentage of request)" : " container resource"),
                new MetricStatusBuilder().withType("ContainerResource").withNewContainerResource().withName(name).withContainer(source.getContainer())
                        .withCurrent(value(count, percent)).endContainerResource().build(), count.arithmetic());
    }

    private Count resource(Map<String, PodReading> readings, MetricTarget wanted, String resource, @Nullable String container) throws CannotCompute {
        var calculator = calculator(resource.equals("cpu"));
        return wanted.getAverageUtilization() != null
                ? calculator.utilization(readings, pod -> requestMilli(pod, resource, container), wanted.getAverageUtilization())
                : calculator.average(readings, Quantities.milliValue(wanted.getAverageValue()));
    }

    private static MetricValueStatus value(Count count, boolean percent) {
        var value = new MetricValueStatusBuilder().withAverageValue(milli(count.averageMilli()));
        return percent ? value.withAverageUtilization((int) count.usage()).build() : value.build();
    }

    private Proposal ofPods(PodsMetricSource source) throws CannotCompute {
        var readings = pods.only(metrics.ofPods(target.namespace(), target.selector(), source.getMetric()));
        var count = calculator(false).average(readings, Quantities.milliValue(source.getTarget().getAverageValue()));
        return new Proposal(count.replicas(), "pods metric " + source.getMetric().getName(), new MetricStatusBuilder().withType("Pods").withNewPods().withMetric(source.getMetric())
                .withCurrent(value(count, false)).endPods().build(), count.arithmetic());
    }

    private Proposal ofObject(ObjectMetricSource source) throws CannotCompute {
        long usage = metrics.ofObject(target.namespace(), source.getDescribedObject(), source.getMetric());
        var count = ofWhole(usage, source.getTarget());
        return new Proposal(count.replicas(), source.getDescribedObject().getKind() + " metric " + source.getMetric().getName(), new MetricStatusBuilder().withType("Object").withNewObject()
                .withMetric(source.getMetric()).withDescribedObject(source.getDescribedObject()).withCurrent(whole(count, source.getTarget())).endObject().build(), count.arithmetic());
    }

    private Proposal external(ExternalMetricSource source) throws CannotCompute {
        var count = ofWhole(metrics.external(target.namespace(), source.getMetric()), source.getTarget());
        return new Proposal(count.replicas(), "external metric " + source.getMetric().getName(), new MetricStatusBuilder().withType("External").withNewExternal()
                .withMetric(source.getMetric()).withCurrent(whole(count, source.getTarget())).endExternal().build(), count.arithmetic());
    }

    private Count ofWhole(long usage, MetricTarget wanted) throws CannotCompute {
        if (wanted.getAverageValue() != null) {
            return calculator(false).share(usage, Quantities.milliValue(wanted.getAverageValue()), target.statusReplicas());
        }
        if (wanted.getValue() == null) {
            throw new CannotCompute("invalid metric source: neither a value nor an average value was given");
        }
        return calculator(false).value(usage, Quantities.milliValue(wanted.getValue()), pods.ready());
    }

    private static MetricValueStatus whole(Count count, MetricTarget wanted) {
        return wanted.getAverageValue() != null ? new MetricValueStatusBuilder().withAverageValue(milli(count.usage())).build()
                : new MetricValueStatusBuilder().withValue(milli(count.usage())).build();
    }

    private static Quantity milli(long milli) {
        return milli % 1_000 == 0 ? new Quantity(Long.toString(milli / 1_000)) : new Quantity(milli + "m");
    }

    /// The pod's request, without its init containers but for sidecars, or that of one of its containers; -1 where one of them requests nothing.
    private static long requestMilli(Pod pod, String resource, @Nullable String container) {
        var whole = request(pod.getSpec().getResources(), resource);
        if (container == null && whole >= 0) {
            return whole;
        }
        long sum = 0;
        boolean found = false;
        var sidecars = pod.getSpec().getInitContainers().stream().filter(init -> "Always".equals(init.getRestartPolicy()));
        for (Container each : Stream.concat(pod.getSpec().getContainers().stream(), sidecars).toList()) {
            if (container == null || each.getName().equals(container)) {
                long request = request(each.getResources(), resource);
                if (request < 0) {
                    return -1;
                }
                sum += request;
                found = true;
            }
        }
        return found ? sum : -1;
    }

    private static long request(@Nullable ResourceRequirements resources, String resource) {
        Map<String, Quantity> requests = resources == null ? null : resources.getRequests();
        return requests == null || !requests.containsKey(resource) ? -1 : Quantities.milliValue(requests.get(resource));
    }
}
