package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.OwnerTypes;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Reconciles one autoscaler: reads its target's scale and its metrics, and writes the scale and the autoscaler's status.
final class AutoscalerReconciler implements Reconciler<ObjectKey> {

    private final Lister<HorizontalPodAutoscaler> autoscalers;
    private final Lister<Pod> pods;
    private final Map<String, Lister<?>> owners;
    private final ApiClient client;
    private final OwnerTypes types;
    private final MetricsApis metrics;
    private final EventRecorder events;
    private final TimeSource clock;
    private final Duration period;
    private final DecisionLog log;

    // the queue gives an autoscaler to one thread at a time
    private final Map<ObjectKey, ScalingHistory> histories = new ConcurrentHashMap<>();

    AutoscalerReconciler(ControllerContext context, Duration period, DecisionLog log) {
        this.log = log;
        this.autoscalers = context.informers().of(HorizontalPodAutoscaler.class).lister();
        this.pods = context.informers().of(Pod.class).lister();
        this.owners = new HashMap<>(Map.of("Deployment", context.informers().of(Deployment.class).lister(), "ReplicaSet", context.informers().of(ReplicaSet.class).lister(),
                "StatefulSet", context.informers().of(StatefulSet.class).lister(), "ReplicationController", context.informers().of(ReplicationController.class).lister()));
        this.client = context.client();
        this.types = new OwnerTypes(client);
        this.metrics = new MetricsApis(client);
        this.events = context.events().apply("horizontal-pod-autoscaler");
        this.clock = context.clock();
        this.period = period;
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var autoscaler = autoscalers.get(key);
        if (autoscaler == null || autoscaler.getMetadata().getDeletionTimestamp() != null) {
            histories.remove(key);
            log.remove(key);
            return Outcome.DONE;
        }
        var draft = new StatusDraft(autoscaler, clock.instant());
        scale(autoscaler, draft, histories.computeIfAbsent(key, unseen -> new ScalingHistory()));
        if (draft.isNews()) {
            client.resources(HorizontalPodAutoscaler.class).updateStatus(draft.build());
        }
        return Outcome.requeueAfter(period);
    }

    private void scale(HorizontalPodAutoscaler autoscaler, StatusDraft draft, ScalingHistory history) {
        var target = target(autoscaler, draft);
        if (target == null) {
            return;
        }
        draft.condition("AbleToScale", true, "SucceededGetScale", "the HPA controller was able to get the target's current scale");
        if (target.selector().isEmpty()) {
            warn(autoscaler, "SelectorRequired", "selector is required");
            draft.condition("ScalingActive", false, "InvalidSelector", "the HPA target's scale is missing a selector");
            return;
        }
        var own = TargetPods.of(target.scale().getMetadata().getUid(), pods.list(target.namespace(), LabelSelector.parse(target.selector())), owner -> find(target.namespace(), owner));
        var proposals = new MetricProposals(metrics, target, own, new Tolerance(ScalingRules.down(autoscaler).tolerance(), ScalingRules.up(autoscaler).tolerance()), clock.instant());
        var decision = Decision.of(autoscaler, target.replicas(), spec -> outcome(autoscaler, proposals, spec), history, draft, clock.instant());
        log.put(ObjectKey.of(autoscaler), target, decision, clock.instant());
        draft.metrics(decision.metrics());
        var failure = decision.failure();
        if (failure != null) {
            warn(autoscaler, failure.reason(), failure.message());
            draft.replicas(target.statusReplicas(), decision.replicas());
            return;
        }
        if (decision.replicas() == target.replicas() || write(autoscaler, target, decision, draft, history)) {
            draft.replicas(target.statusReplicas(), decision.replicas());
        }
    }

    private Decision.Outcome outcome(HorizontalPodAutoscaler autoscaler, MetricProposals proposals, MetricSpec spec) {
        try {
            return new Decision.Outcome.Computed(proposals.of(spec));
        } catch (CannotCompute e) {
            var message = String.valueOf(e.getMessage());
            warn(autoscaler, MetricProposals.failure(spec), message);
            return new Decision.Outcome.Failed(new Decision.Failure(MetricProposals.failure(spec), message));
        }
    }

    private @Nullable ScaleTarget target(HorizontalPodAutoscaler autoscaler, StatusDraft draft) {
        var reference = autoscaler.getSpec().getScaleTargetRef();
        try {
            var type = types.find(owner(autoscaler));
            if (type == null) {
                throw new CannotCompute("no matches for kind \"%s\" in group \"%s\"".formatted(reference.getKind(), reference.getApiVersion()));
            }
            var namespace = autoscaler.getMetadata().getNamespace();
            var scale = client.resources(type).readSubresource(namespace, reference.getName(), "scale", Scale.class);
            var status = scale.getStatus();
            return new ScaleTarget(scale, namespace, reference.getKind(), reference.getName(), number(scale.getSpec() == null ? null : scale.getSpec().getReplicas()),
                    number(status == null ? null : status.getReplicas()), status == null || status.getSelector() == null ? "" : status.getSelector());
        } catch (ApiException | CannotCompute e) {
            warn(autoscaler, "FailedGetScale", String.valueOf(e.getMessage()));
            draft.condition("AbleToScale", false, "FailedGetScale", "the HPA controller was unable to get the target's current scale: " + e.getMessage());
            return null;
        }
    }

    private boolean write(HorizontalPodAutoscaler autoscaler, ScaleTarget target, Decision decision, StatusDraft draft, ScalingHistory history) {
        try {
            var type = Objects.requireNonNull(types.find(owner(autoscaler)));
            var scale = new ScaleBuilder(target.scale()).editOrNewSpec().withReplicas(decision.replicas()).endSpec().build();
            client.resources(type).updateSubresource(Json.mapper().convertValue(scale, GenericKubernetesResource.class), "scale");
        } catch (ApiException e) {
            warn(autoscaler, "FailedRescale", "New size: %d; reason: %s; error: %s".formatted(decision.replicas(), decision.reason(), e.getMessage()));
            draft.condition("AbleToScale", false, "FailedUpdateScale", "the HPA controller was unable to update the target scale: " + e.getMessage());
            return false;
        }
        var up = ScalingRules.up(autoscaler).longestPeriod();
        var down = ScalingRules.down(autoscaler).longestPeriod();
        history.scaled(target.replicas(), decision.replicas(), clock.instant(), up.compareTo(down) > 0 ? up : down);
        draft.condition("AbleToScale", true, "SucceededRescale", "the HPA controller was able to update the target scale to " + decision.replicas());
        draft.scaled();
        events.normal(autoscaler, "SuccessfulRescale", "New size: %d; reason: %s".formatted(decision.replicas(), decision.reason()));
        return true;
    }

    private void warn(HorizontalPodAutoscaler autoscaler, String reason, String message) {
        events.warning(autoscaler, reason, message);
    }

    private static OwnerReference owner(HorizontalPodAutoscaler autoscaler) {
        var reference = autoscaler.getSpec().getScaleTargetRef();
        return new OwnerReferenceBuilder().withApiVersion(reference.getApiVersion()).withKind(reference.getKind()).withName(reference.getName()).build();
    }

    private TargetPods.Found find(String namespace, OwnerReference owner) {
        var lister = owners.get(owner.getKind());
        if (lister == null) {
            return new TargetPods.Found(false, null);
        }
        var object = lister.get(new ObjectKey(namespace, owner.getName()));
        return new TargetPods.Found(true, object == null || !object.getMetadata().getUid().equals(owner.getUid()) ? null : object);
    }

    private static int number(@Nullable Integer number) {
        return number == null ? 0 : number;
    }
}
