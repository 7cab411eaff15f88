package io.moka.controllers.servicecidr;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDRStatus;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reconciles one range: adds its finalizer, sets its condition Ready, and removes the finalizer when the range is deleted and no longer needed.
final class RangeReconciler implements Reconciler<ObjectKey> {

    static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";
    private static final String IN_USE = "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR";
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration NEXT_LOOK = Duration.ofSeconds(2);

    private final Resources<ServiceCIDR> ranges;
    private final Resources<IPAddress> addresses;
    private final InstantSource clock;

    RangeReconciler(ControllerContext context) {
        ranges = context.client().resources(ServiceCIDR.class);
        addresses = context.client().resources(IPAddress.class);
        clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var range = ranges.find("", key.name());
        if (range == null) {
            return Outcome.DONE;
        }
        if (range.getMetadata().getDeletionTimestamp() != null) {
            return range.getMetadata().getFinalizers().contains(FINALIZER) ? end(range) : Outcome.DONE;
        }
        if (!range.getMetadata().getFinalizers().contains(FINALIZER)) {
            range.getMetadata().getFinalizers().add(FINALIZER);
            range = ranges.update(range);
        }
        judge(range, "True", "", "Kubernetes Service CIDR is ready");
        return Outcome.DONE;
    }

    private Outcome end(ServiceCIDR range) {
        if (RangeUse.needed(range, ranges.list("", ListOptions.all()).items(), this::used)) {
            judge(range, "False", "Terminating", IN_USE);
            return Outcome.requeueAfter(NEXT_LOOK);
        }
        Instant earliest = Instant.parse(range.getMetadata().getDeletionTimestamp()).plus(GRACE);
        if (clock.instant().isBefore(earliest)) {
            return Outcome.requeueAfter(Duration.between(clock.instant(), earliest));
        }
        range.getMetadata().getFinalizers().remove(FINALIZER);
        ranges.update(range);
        return Outcome.DONE;
    }

    private Stream<String> used() {
        return addresses.list("", ListOptions.all().labels("ipaddress.kubernetes.io/managed-by=ipallocator.k8s.io")).items().stream().map(address -> address.getMetadata().getName());
    }

    /// Sets the condition Ready. A condition changes only if its status changes; otherwise the reason and message of its first writer stay.
    private void judge(ServiceCIDR range, String status, String reason, String message) {
        if (range.getStatus() == null) {
            range.setStatus(new ServiceCIDRStatus());
        }
        var known = ready(range);
        if (known != null && known.getStatus().equals(status)) {
            return;
        }
        List<Condition> conditions = new ArrayList<>(range.getStatus().getConditions());
        conditions.remove(known);
        conditions.add(new ConditionBuilder().withType("Ready").withStatus(status).withReason(reason).withMessage(message)
                .withLastTransitionTime(Times.format(clock.instant())).build());
        range.getStatus().setConditions(conditions);
        ranges.updateStatus(range);
    }

    private static @Nullable Condition ready(ServiceCIDR range) {
        return range.getStatus().getConditions().stream().filter(condition -> condition.getType().equals("Ready")).findFirst().orElse(null);
    }
}
